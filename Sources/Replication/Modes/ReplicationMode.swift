public import Topology

/// When an acknowledged write may be acknowledged, whose lease a primary needs, and what a new primary
/// must read.
///
/// A new mode is one file in this folder and one line below.
public protocol ReplicationMode: Sendable {
    /// As plans and maps name it.
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }

    init()

    /// Whether the map's in-sync set decides; otherwise every admitted copy has a vote.
    var usesInSyncSet: Bool { get }

    /// Whether a write may be acknowledged only while the primary holds its lease and every in-sync
    /// backup lags less than `Timing.maximumLag`.
    var acknowledgesUnderLease: Bool { get }

    /// Whether a new primary hands over to a replica of its recovery set whose log is higher.
    var prefersHighestLog: Bool { get }

    /// The smallest in-sync set that client writes need.
    func minimumInSync(replicaCount: Int) -> Int

    /// Replicas that must report to a new primary, itself included.
    func recoverySetSize(replicaCount: Int) -> Int

    /// The last index that satisfies the mode's rule, whatever its term.
    func acknowledgedIndex(own: UInt64, backups: [ReplicaProgress], replicaCount: Int) -> UInt64

    /// The earliest sending time of the polls whose answers make up the lease; nil where the primary
    /// needs nobody.
    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant?
}

/// Every mode that a map can name.
public let replicationModes: [any ReplicationMode.Type] = [
    NoReplication.self,
    AsynchronousReplication.self,
    SynchronousReplication.self,
    QuorumReplication.self,
]

extension ReplicationMode {
    /// What the coordinator must know of the mode.
    public func electionRule(replicaCount: Int) -> ElectionRule {
        ElectionRule(
            electsFromInSync: usesInSyncSet,
            recoverySetSize: recoverySetSize(replicaCount: replicaCount),
            minimumInSync: minimumInSync(replicaCount: replicaCount)
        )
    }

    /// The least match of the backups that are required, or the primary's own.
    func leastRequiredMatch(own: UInt64, backups: [ReplicaProgress]) -> UInt64 {
        var least = own
        for backup in backups where backup.isRequired {
            least = min(least, backup.isCounted ? backup.match : 0)
        }
        return least
    }

    /// The earliest confirmation among the backups that are required; nil without any.
    func leastRequiredConfirmation(backups: [ReplicaProgress]) -> Instant? {
        var least: Instant?
        for backup in backups where backup.isRequired {
            let confirmed = backup.isCounted ? backup.confirmed : .distantPast
            least = least.map { min($0, confirmed) } ?? confirmed
        }
        return least
    }
}

/// What a primary knows of one other replica.
public struct ReplicaProgress: Sendable, Equatable {
    public let node: NodeID
    /// The copy that the map admits.
    public var admittedCopy: CopyID
    /// In the in-sync set of the map.
    public var isInSync: Bool
    /// In the in-sync set of the map or of the change under way: both are obeyed until the outcome is
    /// known.
    public var isRequired: Bool
    /// The copy behind the link, while there is one.
    public var linkedCopy: CopyID?
    /// Everything up to this index is there.
    public var match: UInt64 = 0
    /// The next index to send.
    public var next: UInt64 = 1
    public var flow = Flow.probing
    /// When the last poll that it confirmed this term in answer to was sent.
    public var confirmed = Instant.distantPast
    /// When it last answered anything, moved on by the primary's own lateness.
    public var heard = Instant.distantPast
    /// The oldest entry it was seen to lack, and since when.
    var lag: (index: UInt64, since: Instant) = (0, .distantPast)
    var copying: OutgoingCopy?
    /// When the outstanding probe was sent.
    var probedAt: Instant?
    /// The copy behind the last link.
    var lastCopy: CopyID?

    public enum Flow: Sendable, Equatable {
        /// Its log end is unknown: one append at a time until one fits.
        case probing
        case streaming
        case copying
    }

    /// Whether what it says counts: it holds the copy that the map admits.
    public var isCounted: Bool { linkedCopy == admittedCopy && linkedCopy != nil }

    init(node: NodeID, admittedCopy: CopyID, isInSync: Bool, linkedCopy: CopyID?) {
        self.node = node
        self.admittedCopy = admittedCopy
        self.isInSync = isInSync
        self.isRequired = isInSync
        self.linkedCopy = linkedCopy
        lastCopy = linkedCopy
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.node == right.node && left.match == right.match && left.next == right.next
            && left.flow == right.flow && left.isInSync == right.isInSync
            && left.confirmed == right.confirmed && left.linkedCopy == right.linkedCopy
    }
}
