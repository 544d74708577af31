import Coordination
import Replication
import Testing
import Topology

/// What operators are refused, with the reason, and what they decide where nobody else may.
@Suite struct AdminTests {
    private static func cluster(
        _ mode: any ReplicationMode,
        nodes: Int = 4,
        isLogged: Bool = true
    ) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.mode = mode
        options.nodes = nodes
        options.replicas = 3
        options.isLogged = isLogged
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 400_000_000)
        return cluster
    }

    private func refusal(_ cluster: VirtualCluster, _ command: AdminCommand) -> String {
        let map = cluster.coordinator.map
        guard case .refused(let reason)? = cluster.administer(command) else { return "accepted" }
        #expect(cluster.coordinator.map == map, "what is refused changes nothing")
        return reason
    }

    @Test func `nodes that the copies need are not taken away`() {
        let cluster = Self.cluster(QuorumReplication(), nodes: 3)
        for command in [AdminCommand.drain(NodeID(2)), .remove(NodeID(2))] {
            #expect(refusal(cluster, command) == "3 copies need 3 nodes, and 2 would be left")
        }
    }

    @Test func `a node that nobody knows is named`() {
        let cluster = Self.cluster(QuorumReplication())
        for command in [AdminCommand.drain(NodeID(9)), .remove(NodeID(9))] {
            #expect(refusal(cluster, command) == "the cluster has no node n9")
        }
        let known = JoiningNode(NodeID(2), at: nil)
        #expect(refusal(cluster, .add(known)) == "n2 is in the cluster already")
        let taken = JoiningNode(
            NodeID(9),
            at: .init(host: "10.0.0.2", port: 6379, peerPort: 16380)
        )
        #expect(refusal(cluster, .add(taken)) == "n2 has that address")
    }

    @Test func `a silent node with the last complete copy is not taken away`() throws {
        let cluster = Self.cluster(SynchronousReplication())
        let shards = try #require(cluster.coordinator.map).shards
        let primary = try #require(shards[0].primary)
        for replica in shards[0].replicas.map(\.node) where replica != primary {
            cluster.crash(replica)
        }
        // The primary alone is left in the set of its own shards once it has noticed.
        var isAlone = false
        _ = cluster.run(atMost: 3_000_000_000) {
            isAlone = cluster.coordinator.map?.shards[0].inSync == [primary]
            return isAlone
        }
        try #require(isAlone)
        for node in cluster.nodes where node.core == nil { cluster.start(node.id) }
        cluster.crash(primary)
        cluster.run(for: 1_000_000_000)
        let reason = refusal(cluster, .remove(primary))
        #expect(reason.contains("\(primary) is not heard and has the last complete copy of s0"))
        #expect(reason.contains("accept-loss"))
    }

    @Test func `a change waits for the one before it`() {
        let cluster = Self.cluster(QuorumReplication(), nodes: 5)
        #expect(cluster.administer(.drain(NodeID(1))) == .accepted("n1 is drained"))
        #expect(refusal(cluster, .drain(NodeID(2))).contains("a change is under way (drain)"))
        #expect(refusal(cluster, .throttle(bytesPerSecond: 5)).contains("at least 1 MiB/s"))
        #expect(cluster.run(atMost: 10_000_000_000) { cluster.isSettled })
        #expect(refusal(cluster, .drain(NodeID(1))) == "n1 is drained already")
        #expect(refusal(cluster, .cancel) == "no change is under way")
    }

    @Test func `shards that are served need nobody to accept a loss`() {
        let cluster = Self.cluster(SynchronousReplication())
        #expect(refusal(cluster, .acceptLoss([])) == "no shard needs such a decision")
        #expect(
            refusal(cluster, .acceptLoss([ShardID(2)]))
                == "s2 needs no such decision: it is served, or will be"
        )
    }

    @Test(arguments: [true, false])
    func `what only silent nodes hold is given up once an operator says so`(isLogged: Bool) throws {
        let cluster = Self.cluster(
            SemiSynchronousReplication(backups: 1),
            nodes: 3,
            isLogged: isLogged
        )
        let shard = ShardID(0)
        let primary = try #require(cluster.coordinator.map?[shard].primary)
        let others = cluster.nodes.map(\.id).filter { $0 != primary }
        // The second write is with the primary and one backup, and both are gone.
        cluster.isolate(others[1])
        var outcome: VirtualCluster.RequestOutcome?
        let write = Command(.set, [Array("key".utf8), [1]])
        cluster.request(write, shard: shard, to: primary) { outcome = $0 }
        cluster.run(for: 100_000_000)
        #expect(outcome == .reply(.ok))
        cluster.crash(primary)
        cluster.crash(others[0])
        cluster.cuts = []
        cluster.run(for: 3_000_000_000)
        #expect(!cluster.isServing(shard), "nobody may reign who could lack the write")
        let unavailable = cluster.coordinator.unavailable
        #expect(unavailable.contains { $0.shards.contains(shard) && !$0.reason.isEmpty })
        // With one node left there is nobody to decide with.
        #expect(refusal(cluster, .acceptLoss([])) == "2 nodes must be heard, and 1 are")
        cluster.start(others[0])
        // Its memory is gone, so it cannot know; with a log it does, and nothing has to be given up.
        if isLogged {
            #expect(cluster.run(atMost: 3_000_000_000) { cluster.isServing(shard) })
            #expect(cluster.coordinator.map?[shard].acceptedLosses == 0)
            #expect(read(cluster, shard) == true)
            return
        }
        cluster.run(for: 1_000_000_000)
        #expect(!cluster.isServing(shard))
        let answer = cluster.administer(.acceptLoss([]))
        guard case .accepted(let text)? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(text.contains("the loss of what only silent nodes hold is accepted: s0"))
        #expect(cluster.run(atMost: 3_000_000_000) { cluster.isServing(shard) })
        #expect(cluster.coordinator.map?[shard].acceptedLosses == 1)
        #expect(cluster.coordinator.unavailable.isEmpty)
        #expect(read(cluster, shard) == false, "the write is lost, as was accepted")
        // Whoever had it comes back to what is there now.
        cluster.start(primary)
        cluster.run(for: 2_000_000_000)
        #expect(cluster.coordinator.map?[shard].members.count == 3)
        #expect(read(cluster, shard) == false)
    }

    /// Whether the shard's primary answers with the written value; nil where it does not answer.
    private func read(_ cluster: VirtualCluster, _ shard: ShardID) -> Bool? {
        guard let primary = cluster.coordinator.map?[shard].primary else { return nil }
        var found: Bool?
        cluster.request(Command(.get, [Array("key".utf8)]), shard: shard, to: primary) { outcome in
            guard case .reply(let reply) = outcome else { return }
            found = reply != .null
        }
        cluster.run(for: 300_000_000)
        return found
    }
}
