import Topology

/// Since which map replicas are named no more.
///
/// A node lets go of a shard when it learns such a map. Named again before that, in the same term, it would
/// count by what it holds, and let go of it when the older map came.
struct Releases {
    /// A map that took a replica away, and when that was, on the attentive clock.
    struct Release {
        var epoch: Epoch
        var at: Instant
    }

    /// What was let go of before is not known: the map that the coordinator began with stands for all.
    private let found: Release
    private var newest: [Int: [NodeID: Release]] = [:]

    init(found epoch: Epoch, at now: Instant) { found = Release(epoch: epoch, at: now) }

    /// Notes the replicas that a new map names no more.
    mutating func note(from old: ClusterMap, to new: ClusterMap, at now: Instant) {
        for shard in old.shards.indices {
            for replica in old.shards[shard].replicas
            where new.shards[shard].replica(replica.node) == nil {
                newest[shard, default: [:]][replica.node] = Release(epoch: new.epoch, at: now)
            }
        }
    }

    /// The last map, as far as is known, that took a shard from a node.
    func last(of node: NodeID, in shard: Int) -> Release { newest[shard]?[node] ?? found }
}
