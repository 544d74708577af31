public import Topology

/// One copy: acknowledged when the primary has it.
public struct NoReplication: ReplicationMode {
    public static let name = "none"
    public static let summary = "one copy; nothing survives its loss"

    public init() {}

    public var usesInSyncSet: Bool { false }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { false }

    public func minimumInSync(replicaCount: Int) -> Int { 1 }
    public func recoverySetSize(replicaCount: Int) -> Int { 1 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { own }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? { nil }
}
