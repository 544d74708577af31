import Coordination
import Replication
import Testing
import Topology

/// Transactions and watched keys while entries wait, primaries change and logs tear.
@Suite struct TransactionTests {
    private let shard = ShardID(0)

    private func serving(_ mode: any ReplicationMode) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.mode = mode
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        return cluster
    }

    private func primary(_ cluster: VirtualCluster) -> NodeID {
        cluster.coordinator.map?[shard].primary ?? NodeID(1)
    }

    private func ask(
        _ cluster: VirtualCluster,
        _ command: Command,
        to node: NodeID,
        tickets: [WatchTicket] = [],
        for duration: UInt64 = 100_000_000
    ) -> VirtualCluster.RequestOutcome? {
        var result: VirtualCluster.RequestOutcome?
        cluster.request(command, shard: shard, to: node, tickets: tickets) { result = $0 }
        cluster.run(for: duration)
        return result
    }

    private func watch(
        _ cluster: VirtualCluster,
        _ key: String,
        at node: NodeID
    ) throws
        -> WatchTicket
    {
        let outcome = ask(cluster, command("WATCH \(key)"), to: node)
        guard case .reply(.watching(let ticket)) = outcome else {
            throw NoTicket(outcome: "\(String(describing: outcome))")
        }
        return ticket
    }

    struct NoTicket: Error { var outcome: String }

    @Test(arguments: 0..<3)
    func `what is watched may be set once, by whoever comes first`(mode: Int) throws {
        let modes: [any ReplicationMode] = [
            SynchronousReplication(), QuorumReplication(), AsynchronousReplication(),
        ]
        let cluster = serving(modes[mode])
        let node = primary(cluster)
        let tickets = try (0..<2).map { _ in try watch(cluster, "k", at: node) }
        let set = transaction(["SET k 1", "INCRBY n 1"])
        #expect(
            ask(cluster, set, to: node, tickets: [tickets[0]])
                == .reply(.replies([.ok, .integer(1)]))
        )
        #expect(ask(cluster, set, to: node, tickets: [tickets[1]]) == .reply(.aborted))
        let reads = transaction(["GET k"])
        #expect(ask(cluster, reads, to: node, tickets: [tickets[1]]) == .reply(.aborted))
        #expect(ask(cluster, command("INCRBY n 1"), to: node) == .reply(.integer(2)))
    }

    @Test func `a write that waits to be committed counts, even before it is shown`() throws {
        let cluster = serving(SynchronousReplication())
        let node = primary(cluster)
        let ticket = try watch(cluster, "k", at: node)
        // Nothing commits while the backups hear nothing, and the lease lasts a moment longer.
        for other in cluster.nodes.map(\.id) where other != node {
            cluster.cuts.insert(.init(from: node.value, to: other.value))
        }
        #expect(ask(cluster, command("SET k 1"), to: node, for: 1_000_000) == nil)
        let other = transaction(["SET other 1"])
        let outcome = ask(cluster, other, to: node, tickets: [ticket], for: 1_000_000)
        #expect(outcome == .reply(.aborted))
        let later = try watchAtOnce(cluster, "k", at: node)
        #expect(ask(cluster, other, to: node, tickets: [later], for: 1_000_000) == .reply(.aborted))
    }

    private func watchAtOnce(
        _ cluster: VirtualCluster,
        _ key: String,
        at node: NodeID
    ) throws
        -> WatchTicket
    {
        let outcome = ask(cluster, command("WATCH \(key)"), to: node, for: 1_000_000)
        guard case .reply(.watching(let ticket)) = outcome else {
            throw NoTicket(outcome: "\(String(describing: outcome))")
        }
        return ticket
    }

    @Test(arguments: [true, false])
    func `no reign honours the ticket of another, not even on the same node`(
        returns: Bool
    ) throws {
        let cluster = serving(QuorumReplication())
        let old = primary(cluster)
        let ticket = try watch(cluster, "k", at: old)
        cluster.isolate(old)
        #expect(cluster.run(atMost: 2_000_000_000) { primary(cluster) != old })
        cluster.run(for: 500_000_000)
        #expect(ask(cluster, command("SET k new"), to: primary(cluster)) == .reply(.ok))
        cluster.cuts = []
        cluster.run(for: 2_000_000_000)
        let set = transaction(["SET k lost"])
        if returns {
            // The others fail one after the other until the first reigns again.
            for node in cluster.nodes.map(\.id) where node != old {
                guard primary(cluster) != old else { break }
                cluster.crash(node)
                cluster.run(for: 1_500_000_000)
                cluster.start(node)
                cluster.run(for: 1_500_000_000)
            }
        }
        let outcome = ask(cluster, set, to: old, tickets: [ticket])
        let expected: VirtualCluster.RequestOutcome =
            primary(cluster) == old ? .reply(.aborted) : .refused(.notPrimary)
        #expect(outcome == expected)
        let state = cluster[primary(cluster)].core?.state(of: shard)
        #expect(state?.find(Array("k".utf8)).map { Array($0.value) } == Array("new".utf8))
    }

    @Test func `a primary lost in the middle leaves a transaction whole or nowhere`() {
        for delay in stride(from: UInt64(0), to: 4_000_000, by: 100_000) {
            let cluster = serving(QuorumReplication())
            let node = primary(cluster)
            var outcome: VirtualCluster.RequestOutcome?
            let all = transaction(["SET k 1", "RPUSH l a b", "INCRBY n 5"])
            cluster.request(all, shard: shard, to: node) { outcome = $0 }
            cluster.run(for: delay)
            cluster.crash(node)
            cluster.run(for: 1_500_000_000)
            let state = cluster[primary(cluster)].core?.state(of: shard)
            let present = ["k", "l", "n"].filter { state?.find(Array($0.utf8)) != nil }
            #expect(present.isEmpty || present.count == 3, "after \(delay) ns: \(present)")
            if case .reply = outcome { #expect(present.count == 3, "after \(delay) ns") }
            if case .refused = outcome { #expect(present.isEmpty, "after \(delay) ns") }
        }
    }

    @Test func `what is unwatched is forgotten`() throws {
        let cluster = serving(QuorumReplication())
        let node = primary(cluster)
        let first = try watch(cluster, "k", at: node)
        let second = try watch(cluster, "k", at: node)
        cluster[node].core?.unwatch(first)
        #expect(ask(cluster, command("SET k 1"), to: node) == .reply(.ok))
        let set = transaction(["SET k 2"])
        #expect(ask(cluster, set, to: node, tickets: [second]) == .reply(.aborted))
        cluster[node].core?.unwatch(second)
        cluster[node].core?.unwatch(second)
        let third = try watch(cluster, "k", at: node)
        #expect(ask(cluster, set, to: node, tickets: [third]) == .reply(.replies([.ok])))
    }

    @Test func `an append to a long list says what is appended, and copies no more`() throws {
        let cluster = serving(QuorumReplication())
        let node = primary(cluster)
        let element = [UInt8](repeating: 7, count: 100)
        let many = Command(.pushRight, [Array("l".utf8)] + Array(repeating: element, count: 2_000))
        for _ in 0..<20 {
            #expect(ask(cluster, many, to: node, for: 50_000_000) != nil)
        }
        let before = cluster[node].disk.count
        #expect(ask(cluster, command("RPUSH l last"), to: node) == .reply(.integer(40_001)))
        for record in cluster[node].disk[before...] {
            guard case .entry(_, _, let command) = record else { continue }
            #expect(command.bytes.count < 100)
        }
        // A replica that has missed it all gets the list in parts.
        let backup = try #require(
            cluster.coordinator.map?[shard].replicas.map(\.node).first { $0 != node }
        )
        cluster.crash(backup)
        cluster[backup].disk = []
        cluster.start(backup)
        let list = { cluster[backup].core?.state(of: shard)?.list(Array("l".utf8)) }
        #expect(cluster.run(atMost: 10_000_000_000) { list()?.count == 40_001 })
        #expect(list() == cluster[node].core?.state(of: shard)?.list(Array("l".utf8)))
    }
}
