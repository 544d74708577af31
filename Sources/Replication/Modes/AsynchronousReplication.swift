public import Topology

/// Acknowledged when the primary has it, under a lease from all of the in-sync set, which lags a
/// bounded time.
///
/// A change of term may drop what was acknowledged within that lag.
public struct AsynchronousReplication: ReplicationMode {
    public static let name = "asynchronous"
    public static let summary = "acknowledged by the primary alone; a failover may drop the lag"

    public init() {}

    public var usesInSyncSet: Bool { true }
    public var acknowledgesUnderLease: Bool { true }
    public var prefersHighestLog: Bool { true }

    public func minimumInSync(replicaCount: Int) -> Int { 1 }
    public func recoverySetSize(replicaCount: Int) -> Int { 1 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { own }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        leastRequiredConfirmation(backups: backups)
    }
}
