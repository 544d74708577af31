public import Topology

/// Entries pass down the in-sync set, one replica to the next; acknowledged when the tail has it, which
/// also answers reads (van Renesse and Schneider, 2004).
///
/// Clients know the head alone: it forwards their reads. A change of the chain begins a new term.
public struct ChainReplication: ReplicationMode {
    public static let name = "chain"
    public static let summary =
        "passed down a chain of the in-sync replicas; the tail answers reads"

    private let rule = SynchronousReplication()

    public init() {}

    public var usesInSyncSet: Bool { true }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { false }
    public var isChain: Bool { true }

    public func minimumInSync(replicaCount: Int) -> Int {
        rule.minimumInSync(replicaCount: replicaCount)
    }

    public func recoverySetSize(replicaCount: Int) -> Int { 1 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { rule.acknowledgedIndex(own: own, backups: backups, replicaCount: replicaCount) }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        rule.leaseStart(backups: backups, replicaCount: replicaCount)
    }
}
