import Topology

/// What a heartbeat says of the shards.
///
/// It is asked for every few milliseconds, so every number is read where it stands: a call on a replica would
/// copy all of it, and count every reference that it holds.
extension ShardTable {
    /// Adds what the coordinator must know of every shard.
    func describe(at now: Instant, lease: UInt64, in status: inout NodeStatus) {
        for index in replicas.indices {
            switch replicas[index].role {
            case .primary, .recovering: describeReign(index, at: now, in: &status)
            case .none, .backup: describeBackup(index, at: now, lease: lease, in: &status)
            }
        }
    }

    private func describeBackup(
        _ index: Int,
        at now: Instant,
        lease: UInt64,
        in status: inout NodeStatus
    ) {
        if let vouchedAt = replicas[index].vouchedAt, now.since(vouchedAt) < lease {
            status.vouched.append(replicas[index].shard)
        } else if replicas[index].role == .backup {
            status.ends.append(
                ShardEnd(shard: replicas[index].shard, end: replicas[index].log.last)
            )
        }
    }

    private func describeReign(_ index: Int, at now: Instant, in status: inout NodeStatus) {
        let shard = replicas[index].shard
        for place in replicas[index].progress.indices
        where replicas[index].progress[place].isJoining {
            let node = replicas[index].progress[place].node
            guard let copying = replicas[index].progress[place].copying else { continue }
            status.copies.append(copying.progress(of: shard, to: node))
        }
        let leaseless = replicas[index].leaselessSince.map { now.since($0) } ?? 0
        let last = replicas[index].log.last
        let isStuck = replicas[index].role == .primary && last.index > replicas[index].commit
        let waited = isStuck ? now.since(replicas[index].stuck.since) : 0
        guard leaseless > 0 || waited > 0 else { return }
        let term = replicas[index].storedTerm
        status.impeded.append(
            ImpededShard(shard: shard, term: term, leaseless: leaseless, stuck: waited)
        )
        if leaseless > 0 { status.ends.append(ShardEnd(shard: shard, end: last)) }
    }
}
