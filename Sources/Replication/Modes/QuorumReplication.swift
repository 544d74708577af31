public import Topology

/// Acknowledged when the primary and ⌊N/2⌋ backups have it: as semi-synchronous with so many, and it
/// never degrades.
public struct QuorumReplication: ReplicationMode {
    public static let name = "quorum"
    public static let summary = "acknowledged by a majority of the replicas"

    public init() {}

    public var usesInSyncSet: Bool { false }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { true }

    public func minimumInSync(replicaCount: Int) -> Int { replicaCount / 2 + 1 }
    public func recoverySetSize(replicaCount: Int) -> Int { replicaCount - replicaCount / 2 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 {
        let needed = replicaCount / 2
        return needed == 0 ? own : min(own, indexHeld(by: needed, of: backups))
    }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        let needed = replicaCount / 2
        return needed == 0 ? nil : confirmationHeld(by: needed, of: backups)
    }
}
