public import Determinism
public import Faults
import Replication
public import Storage

/// What a plan fixes of the circumstances; the seed decides the rest.
public struct CircumstanceFixture: Sendable {
    public var mode: String
    public var nodes: Int
    public var replicas: Int
    public var shards: Int
    public var durability: Durability
    public var placement: String
    public var valueBytes: Int
    /// What keys are used for, by the workload's name.
    public var workload: String
    /// Nodes beyond those that take part from the beginning.
    public var spares = 0
    /// Nil where the seed decides.
    public var detector: String?
    /// Whether every read rests on a round of confirmations, or every one on a lease; nil where the
    /// seed decides.
    public var confirmsReads: Bool?
    /// Nil for as many as the mode asks for.
    public var minimumInSync: Int?
    /// Bytes per second; 0 for no limit.
    public var moveRate: UInt64 = 0
    /// One for each node; empty where all are alike.
    public var weights: [Double] = []
    public var zones: [Int] = []
    /// From the beginning of the load.
    public var faults: [(at: Duration, fault: any Fault)]

    public init(
        mode: String,
        nodes: Int,
        replicas: Int,
        shards: Int,
        durability: Durability,
        placement: String,
        valueBytes: Int,
        workload: String,
        faults: [(at: Duration, fault: any Fault)]
    ) {
        self.mode = mode
        self.nodes = nodes
        self.replicas = replicas
        self.shards = shards
        self.durability = durability
        self.placement = placement
        self.valueBytes = valueBytes
        self.workload = workload
        self.faults = faults
    }

    /// More nodes than this are not simulated.
    public static let mostNodes = 15
    public static let mostShards = 16
    /// Faults that end later are simulated faster than they are carried out.
    public static let plannedTime = Duration.seconds(4)

    /// Whether all its faults strike at their own times.
    public var isToScale: Bool {
        FaultSchedule(faults, seed: Seed(0)).end <= Self.plannedTime
    }

    /// Why no such cluster can be had.
    public var problem: String? {
        guard let minimumInSync else { return nil }
        guard let mode = replicationModes.mode(mode), mode.usesInSyncSet,
            !mode.acknowledgesUnderLease
        else {
            return "\(self.mode) decides by itself how many replicas a write needs: "
                + "minimumInSync suits synchronous and chain"
        }
        return (1...replicas).contains(minimumInSync)
            ? nil : "the minimum in-sync count is from 1 to \(replicas), the replicas"
    }
}

extension Circumstances {
    /// The load has begun, and the cluster serves.
    static let loadBegins: UInt64 = 500_000_000

    /// What a seed stands for, where a plan fixes some of it.
    public static func drawn(
        from seed: Seed,
        _ fixture: CircumstanceFixture?,
        edition: Int = newestEdition
    ) -> Circumstances {
        var circumstances = drawn(from: seed, edition: edition)
        circumstances.edition = edition
        if let fixture { circumstances.fix(fixture) }
        return circumstances
    }

    private mutating func fix(_ fixture: CircumstanceFixture) {
        mode = fixture.mode
        if clocksJump { (clocksJump, load.confirmedShare) = (false, 1) }
        nodes = min(fixture.nodes + fixture.spares, CircumstanceFixture.mostNodes)
        spares = fixture.spares
        replicas = min(fixture.replicas, fixture.nodes)
        for index in strikes.indices {
            if let target = strikes[index].target { strikes[index].target = 1 + target % nodes }
        }
        shards = fixture.shards
        durability = fixture.durability
        placement = fixture.placement
        detector = fixture.detector ?? detector
        if let confirmsReads = fixture.confirmsReads {
            load.confirmedShare = confirmsReads ? 16 : 0
        }
        minimumInSync = fixture.minimumInSync
        moveRate = fixture.moveRate
        weights = fixture.weights
        zones = fixture.zones
        load.valueBytes = fixture.valueBytes
        load.families = Self.families(of: fixture.workload)
        load.keys = max(load.keys, shards)
        permanentFailures = min(permanentFailures, nodes - 1)
        guard !fixture.faults.isEmpty else { return }
        let schedule = FaultSchedule(fixture.faults, seed: seed)
        let end = Double(max(1, Self.nanoseconds(schedule.end)))
        let plannedTime = Double(Self.nanoseconds(CircumstanceFixture.plannedTime))
        let pace = min(1, plannedTime / end)
        planned = schedule.entries
        strikes = schedule.entries.map { entry in
            let at = Double(Self.nanoseconds(entry.at)) * pace
            let heals = entry.healsAt.map { Double(Self.nanoseconds($0)) * pace } ?? at
            return Strike(
                at: Self.loadBegins + UInt64(at),
                length: UInt64(heals - at),
                kind: .planned,
                seed: UInt64(entry.index)
            )
        }
        healsAt = Self.loadBegins + UInt64(end * pace) + 100_000_000
        permanentFailures = 0
    }

    private static func families(of workload: String) -> [KeyFamily] {
        switch workload {
        case "counter", "bank": [.counter]
        case "append", "list-append", "set": [.list]
        case "register": [.register, .swapped]
        default: [.register]
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
