import Replication
import Topology

/// Quorum replication in everything but the one thing it promises.
struct HastyQuorum: ReplicationMode {
    static let name = QuorumReplication.name
    static let summary = "planted fault: acknowledges before it replicates"

    private let quorum = QuorumReplication()

    var usesInSyncSet: Bool { quorum.usesInSyncSet }
    var acknowledgesUnderLease: Bool { quorum.acknowledgesUnderLease }
    var prefersHighestLog: Bool { quorum.prefersHighestLog }

    func minimumInSync(replicaCount: Int) -> Int {
        quorum.minimumInSync(replicaCount: replicaCount)
    }

    func recoverySetSize(replicaCount: Int) -> Int {
        quorum.recoverySetSize(replicaCount: replicaCount)
    }

    func acknowledgedIndex(own: UInt64, backups: [ReplicaProgress], replicaCount: Int) -> UInt64 {
        own
    }

    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        quorum.leaseStart(backups: backups, replicaCount: replicaCount)
    }
}
