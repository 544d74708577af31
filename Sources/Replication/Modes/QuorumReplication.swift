public import Topology

/// Acknowledged when the primary and ⌊N/2⌋ backups have it; a new primary reads N − ⌊N/2⌋ replicas, so
/// the two sets always meet.
public struct QuorumReplication: ReplicationMode {
    public static let name = "quorum"
    public static let summary = "acknowledged by a majority of the replicas"

    public init() {}

    public var usesInSyncSet: Bool { false }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { true }

    public func minimumInSync(replicaCount: Int) -> Int { 1 }
    public func recoverySetSize(replicaCount: Int) -> Int { replicaCount - replicaCount / 2 }

    public func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 {
        let needed = replicaCount / 2
        guard needed > 0 else { return own }
        var best: UInt64 = 0
        for candidate in backups where candidate.isCounted && candidate.match > best {
            var holders = 0
            for backup in backups where backup.isCounted && backup.match >= candidate.match {
                holders += 1
            }
            if holders >= needed { best = candidate.match }
        }
        return min(own, best)
    }

    public func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        let needed = replicaCount / 2
        guard needed > 0 else { return nil }
        var best = Instant.distantPast
        for candidate in backups where candidate.isCounted && candidate.confirmed > best {
            var confirmations = 0
            for backup in backups where backup.isCounted && backup.confirmed >= candidate.confirmed
            {
                confirmations += 1
            }
            if confirmations >= needed { best = candidate.confirmed }
        }
        return best
    }
}
