public import Topology

/// Acknowledged when all of the in-sync set have it; the set shrinks through the map, never below what
/// client writes need.
public struct SynchronousReplication: ReplicationMode {
    public static let name = "synchronous"
    public static let summary = "acknowledged by every in-sync replica"

    public init() {}

    public var usesInSyncSet: Bool { true }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { false }

    public func minimumInSync(replicaCount: Int) -> Int { max(1, min(2, replicaCount - 1)) }
    public func recoverySetSize(replicaCount: Int) -> Int { 1 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { leastRequiredMatch(own: own, backups: backups) }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        leastRequiredConfirmation(backups: backups)
    }
}
