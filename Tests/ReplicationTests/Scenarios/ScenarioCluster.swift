import Coordination
import Replication
import Testing
import Topology

/// A virtual cluster of one shard, and what a scenario does to it.
struct ScenarioCluster {
    let cluster: VirtualCluster
    let shard = ShardID(0)
    let key = Array("key".utf8)

    init(
        _ mode: any ReplicationMode,
        nodes: Int = 3,
        isLogged: Bool = true,
        timing: Timing = Timing(),
        wallClocks: [NodeID: UInt64] = [:]
    ) {
        var options = VirtualCluster.Options()
        options.mode = mode
        options.nodes = nodes
        options.replicas = nodes
        options.shards = 1
        options.isLogged = isLogged
        options.timing = timing
        options.wallClocks = wallClocks
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 400_000_000)
        self.cluster = cluster
    }

    var assignment: ShardAssignment {
        get throws { try #require(cluster.coordinator.map)[shard] }
    }
    var primary: NodeID { get throws { try #require(try assignment.primary) } }
    /// The replicas that do not reign, in the placement's order.
    var backups: [NodeID] {
        get throws {
            let assignment = try assignment
            return assignment.replicas.map(\.node).filter { $0 != assignment.primary }
        }
    }

    /// Those that would answer a client's read at this moment.
    var serving: [NodeID] {
        let now = Instant(nanoseconds: cluster.now)
        return cluster.nodes.filter { node in
            !node.isPaused && node.core?.view(of: shard, at: now)?.isServing == true
        }.map(\.id)
    }

    /// Records it as a failure when two nodes would answer a client at the same moment.
    func watch() {
        cluster.afterStep = { [self] _ in
            let serving = serving
            if serving.count > 1 { Issue.record("\(serving) serve at \(cluster.now)") }
        }
    }

    func cut(_ left: [UInt16], _ right: [UInt16]) {
        for one in left {
            for other in right where one != other {
                cluster.cuts.insert(.init(from: one, to: other))
                cluster.cuts.insert(.init(from: other, to: one))
            }
        }
    }

    /// Sends a request and runs for a while; nil where it has no outcome by then.
    func ask(
        _ command: Command,
        of node: NodeID,
        for duration: UInt64 = 300_000_000
    ) -> VirtualCluster.RequestOutcome? {
        let outcome = begin(command, of: node)
        cluster.run(for: duration)
        return outcome.value
    }

    /// Sends a request; its outcome shows later.
    func begin(_ command: Command, of node: NodeID) -> Outcome {
        let outcome = Outcome()
        cluster.request(command, shard: shard, to: node) { outcome.value = $0 }
        return outcome
    }

    final class Outcome { var value: VirtualCluster.RequestOutcome? }

    func set(_ value: String) -> Command { Command(.set, [key, Array(value.utf8)]) }
    var get: Command { Command(.get, [key]) }

    func text(_ outcome: VirtualCluster.RequestOutcome?) -> String? {
        guard case .reply(.value(let record))? = outcome else { return nil }
        return String(decoding: record.value, as: UTF8.self)
    }

    func held(by node: NodeID) -> String? {
        cluster[node].core?.state(of: shard)?.find(key).map {
            String(decoding: $0.value, as: UTF8.self)
        }
    }

    func position(of node: NodeID) -> NodeCore.ShardView? {
        cluster[node].core?.view(of: shard, at: Instant(nanoseconds: cluster.now))
    }

    /// Makes the map name another primary, as a coordinator does that has lost sight of the old one,
    /// and tells everybody but the old one.
    func promote(_ node: NodeID) throws {
        var map = try #require(cluster.coordinator.map)
        let old = try primary
        map.epoch = map.epoch.next
        map.shards[0].term = map.shards[0].term.next
        map.shards[0].version += 1
        map.shards[0].primary = node
        map.shards[0].primaryBoot = try #require(cluster[node].core?.identity.boot)
        for index in map.shards[0].replicas.indices where map.election.electsFromInSync {
            let replica = map.shards[0].replicas[index].node
            map.shards[0].replicas[index].isInSync = replica != old
        }
        cluster.crashCoordinator()
        cluster.store = map
        cut([0], [old.value])
        cluster.startCoordinator()
    }
}
