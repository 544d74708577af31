import Coordination
import Replication
import Testing
import Topology

/// Entries go down the chain, reads to its end.
@Suite struct ChainTests {
    private let shard = ShardID(0)
    private let key = Array("key".utf8)

    private func serving(
        nodes: Int,
        shards: Int = 1,
        timing: Timing = Timing()
    ) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.timing = timing
        options.mode = ChainReplication()
        options.nodes = nodes
        options.replicas = nodes
        options.shards = shards
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        return cluster
    }

    /// The links in their order.
    private func chain(_ cluster: VirtualCluster) throws -> [NodeID] {
        let assignment = try #require(cluster.coordinator.map)[shard]
        let head = try #require(assignment.primary)
        return [head] + assignment.inSync.filter { $0 != head }
    }

    private func ask(
        _ cluster: VirtualCluster,
        _ command: Command,
        of node: NodeID,
        for duration: UInt64 = 400_000_000
    ) -> VirtualCluster.RequestOutcome {
        var result = VirtualCluster.RequestOutcome.unknown
        cluster.request(command, shard: shard, to: node) { result = $0 }
        cluster.run(for: duration)
        return result
    }

    private func set(_ value: String) -> Command { Command(.set, [key, Array(value.utf8)]) }
    private var get: Command { Command(.get, [key]) }

    private func value(_ outcome: VirtualCluster.RequestOutcome) -> String? {
        guard case .reply(.value(let record)) = outcome else { return nil }
        return String(decoding: record.value, as: UTF8.self)
    }

    @Test func `an entry passes each link once, and a read goes to the tail`() throws {
        let cluster = serving(nodes: 3)
        let links = try chain(cluster)
        var entries: [[UInt16]: Int] = [:]
        var reads: [[UInt16]: Int] = [:]
        cluster.onSend = { from, to, message in
            switch message {
            case .appends(let appends):
                entries[[from.value, to.value], default: 0] += appends.reduce(0) {
                    $0 + $1.entries.count
                }
            case .read: reads[[from.value, to.value], default: 0] += 1
            default: break
            }
        }
        #expect(ask(cluster, set("v"), of: links[0]) == .reply(.ok))
        #expect(value(ask(cluster, get, of: links[0])) == "v")
        #expect(
            entries.filter { $0.value > 0 } == [
                [links[0].value, links[1].value]: 1, [links[1].value, links[2].value]: 1,
            ]
        )
        #expect(reads == [[links[0].value, links[2].value]: 1])
    }

    @Test func `a read that the tail does not answer in time is refused for that`() throws {
        let cluster = serving(nodes: 3)
        let links = try chain(cluster)
        // Nobody makes the chain anew.
        cluster.crashCoordinator()
        cluster.cuts = [.init(from: links[2].value, to: links[0].value)]
        let outcome = ask(cluster, get, of: links[0], for: 400_000_000)
        #expect(outcome == .refused(.unavailable(.silentTail)))
    }

    @Test func `a tail that was cut off with the old head serves nothing stale`() throws {
        let cluster = serving(nodes: 5)
        let links = try chain(cluster)
        let old = [links[0], links[4]]
        #expect(ask(cluster, set("old"), of: links[0]) == .reply(.ok))
        for left in old.map(\.value) {
            for right in [0] + links[1...3].map(\.value) {
                cluster.cuts.insert(.init(from: left, to: right))
                cluster.cuts.insert(.init(from: right, to: left))
            }
        }
        #expect(
            cluster.run(atMost: 2_000_000_000) {
                cluster.coordinator.map?[shard].primary != links[0]
            }
        )
        var newest = "old"
        for round in 0..<40 {
            let head = try #require(cluster.coordinator.map?[shard].primary)
            if ask(cluster, set("new \(round)"), of: head, for: 20_000_000) == .reply(.ok) {
                newest = "new \(round)"
            }
            let seen = value(ask(cluster, get, of: links[0], for: 20_000_000))
            #expect(seen == nil || seen == newest, "round \(round)")
        }
        #expect(newest != "old")
    }

    @Test(arguments: [1, 2])
    func `a link that crashes costs no client its answer`(place: Int) throws {
        let cluster = serving(nodes: 3)
        let links = try chain(cluster)
        var outcomes: [VirtualCluster.RequestOutcome] = []
        var isRunning = true
        func load(_ number: Int) {
            guard isRunning else { return }
            let command = number % 2 == 0 ? set("\(number)") : get
            cluster.request(command, shard: shard, to: links[0]) {
                outcomes.append($0)
                cluster.after(1_000_000) { load(number + 1) }
            }
        }
        load(0)
        cluster.run(for: 200_000_000)
        cluster.crash(links[place])
        let before = outcomes.count
        cluster.run(for: 1_500_000_000)
        cluster.start(links[place])
        #expect(
            cluster.run(atMost: 4_000_000_000) { cluster.coordinator.map?[shard].inSync.count == 3 }
        )
        cluster.run(for: 500_000_000)
        isRunning = false
        #expect(outcomes.count > before + 200)
        for outcome in outcomes {
            guard case .reply = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        let assignment = try #require(cluster.coordinator.map)[shard]
        #expect(assignment.term.value >= 3, "another chain is another term")
        #expect(assignment.primary == links[0])
    }

    @Test(arguments: [64, 4_096])
    func `a long chain with a small window goes on at once when its tail is gone`(
        retained: Int
    ) throws {
        var timing = Timing()
        timing.retainedEntries = retained
        timing.windowLimit = 16
        timing.appendEntryLimit = 16
        let cluster = serving(nodes: 5, timing: timing)
        let links = try chain(cluster)
        for number in 0..<400 {
            cluster.request(set("\(number)"), shard: shard, to: links[0]) { _ in }
        }
        #expect(ask(cluster, set("last"), of: links[0]) == .reply(.ok))
        let before = try #require(cluster.coordinator.map)[shard].term.value
        var (entries, copies) = (0, 0)
        cluster.onSend = { _, _, message in
            switch message {
            case .appends(let appends): for append in appends { entries += append.entries.count }
            case .snapshot: copies += 1
            default: break
            }
        }
        cluster.crash(links[4])
        #expect(
            cluster.run(atMost: 1_000_000_000) { cluster.coordinator.map?[shard].inSync.count == 4 }
        )
        #expect(ask(cluster, set("v"), of: links[0], for: 100_000_000) == .reply(.ok))
        cluster.run(for: 2_000_000_000)
        #expect(try chain(cluster) == Array(links[0..<4]))
        #expect(try #require(cluster.coordinator.map)[shard].term.value == before + 1)
        #expect(entries < 20, "what all have is not sent again")
        #expect(copies == 0)
    }

    @Test func `a chain whose links cannot reach each other is made without one of them`() throws {
        let cluster = serving(nodes: 3)
        let links = try chain(cluster)
        cluster.cuts = [
            .init(from: links[1].value, to: links[2].value),
            .init(from: links[2].value, to: links[1].value),
        ]
        cluster.run(for: 2_000_000_000)
        #expect(ask(cluster, set("v"), of: links[0]) == .reply(.ok))
        #expect(try chain(cluster).count == 2)
        let epoch = try #require(cluster.coordinator.map).epoch.value
        cluster.run(for: 5_000_000_000)
        let later = try #require(cluster.coordinator.map).epoch.value
        #expect(later - epoch < 8, "what is turned down is not asked for all the time")
        cluster.cuts = []
        #expect(
            cluster.run(atMost: 6_000_000_000) { cluster.coordinator.map?[shard].inSync.count == 3 }
        )
        #expect(value(ask(cluster, get, of: links[0])) == "v")
    }
}
