public import Determinism
import Faults
public import Replication
public import Storage

/// Everything about a run that its seed decides before the first event.
public struct Circumstances: Sendable {
    public var seed: Seed
    /// Which drawing they come from; nil where no seed was asked.
    var edition: Int?
    /// The registered name of the replication mode.
    public var mode = "quorum"
    public var nodes = 5
    /// The last of the nodes, which hold nothing until an operator lets them join.
    var spares = 0
    public var replicas = 3
    public var shards = 4
    public var durability = Durability.logAlways
    public var detector = "fixed-timeout"
    public var placement = "ring"
    /// Replicas that writes need in sync; nil for as many as the mode asks for.
    var minimumInSync: Int?
    /// What moving shards may take of each node, bytes per second; 0 for no limit.
    var moveRate: UInt64 = 0
    /// One for each node; empty where all are alike.
    var weights: [Double] = []
    var zones: [Int] = []
    public var timing = Timing()
    var segmentBytes = 256 << 10
    var network = LinkLaw(
        delay: Spread(30_000, 100_000),
        loss: .never,
        duplication: .never,
        reordering: .never,
        queueLimit: 10_000
    )
    var sync = Spread(150_000, 250_000)
    /// The largest part, in 2^-20, by which a clock runs too fast or too slow.
    var drift: Int64 = 0
    /// Whether clocks of nodes jump ahead: no promise that rests on leases holds then, so every read
    /// asks for confirmation.
    var clocksJump = false
    var load = Load()
    /// In the order of their times.
    var strikes: [Strike] = []
    /// What a plan's strikes are.
    var planned: [FaultSchedule.Entry] = []
    /// Whether faults take no more copies at once than the mode's promise bears.
    public var keepsPromises = true
    /// Then everything that still may is healed; the rest is gone for good.
    var healsAt: UInt64 = 4_000_000_000
    /// How many nodes are never healed.
    var permanentFailures = 0
    /// From the healing on, until the cluster must have made progress.
    var patience: UInt64 = 3_000_000_000
    /// Then nothing is written any more, every key is read, and all replicas must agree.
    var quiet: UInt64 = 1_000_000_000

    struct Load: Sendable {
        var operationsPerSecond = 1_300
        var clients = 256
        var keys = 64
        var valueBytes = 100
        /// What keys are used for; a shard's keys take one after the other.
        var families = KeyFamily.allCases
        /// In 100.
        var readShare = 50
        /// Of the reads, in 16.
        var confirmedShare = 1
        var timeout: UInt64 = 400_000_000
    }

    var end: UInt64 { healsAt + patience + quiet }

    public init(seed: Seed) { self.seed = seed }
}
