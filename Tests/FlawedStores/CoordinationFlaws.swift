import Simulation
import Topology

struct PromotesOutOfSync: StoreFlaw {
    static let name = "promote-out-of-sync"
    static let summary = "the coordinator elects any replica that it hears"

    func decided(_ election: ElectionRule) -> ElectionRule {
        var election = election
        election.electsFromInSync = false
        election.recoverySetSize = 1
        election.minimumInSync = 1
        return election
    }

    func announced(_ map: ClusterMap, honest: ElectionRule) -> ClusterMap {
        var map = map
        map.election = honest
        return map
    }
}

struct LosesSetChanges: StoreFlaw {
    static let name = "lose-the-in-sync-change"
    static let summary = "a change of the in-sync set is announced, but does not reach the disk"

    func stored(_ map: ClusterMap, after old: ClusterMap?) -> ClusterMap {
        guard let old else { return map }
        var map = map
        for shard in map.shards.indices where map.shards[shard].term == old.shards[shard].term {
            map.shards[shard].replicas = old.shards[shard].replicas
        }
        return map
    }
}
