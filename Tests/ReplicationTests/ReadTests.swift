import Coordination
import Determinism
import Replication
import Testing
import Topology

/// What reads rest on: a lease, a round of confirmations, or the age of a backup's state.
@Suite struct ReadTests {
    private static let modes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), AsynchronousReplication(),
        SemiSynchronousReplication(backups: 1), ChainReplication(),
    ]
    private let shard = ShardID(0)
    private let key = Array("key".utf8)

    private func serving(
        _ mode: any ReplicationMode,
        seed: UInt64 = 1,
        timings: [NodeID: Timing] = [:]
    ) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.mode = mode
        options.timings = timings
        options.seed = seed
        options.shards = 1
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        return cluster
    }

    private func primary(_ cluster: VirtualCluster) throws -> NodeID {
        try #require(cluster.coordinator.map?[shard].primary)
    }

    private func write(
        _ cluster: VirtualCluster,
        _ value: Int,
        for duration: UInt64 = 300_000_000
    ) throws -> Bool {
        var isDone = false
        let command = Command(.set, [key, Array("\(value)".utf8)])
        cluster.request(command, shard: shard, to: try primary(cluster)) {
            isDone = $0 == .reply(.ok)
        }
        cluster.run(for: duration)
        return isDone
    }

    private func read(
        _ cluster: VirtualCluster,
        of node: NodeID,
        isConfirmed: Bool,
        for duration: UInt64 = 300_000_000
    ) -> VirtualCluster.RequestOutcome {
        var result = VirtualCluster.RequestOutcome.unknown
        cluster.request(
            Command(.get, [key]),
            shard: shard,
            to: node,
            isConfirmed: isConfirmed
        ) { result = $0 }
        cluster.run(for: duration)
        return result
    }

    private func number(_ outcome: VirtualCluster.RequestOutcome) -> Int? {
        guard case .reply(.value(let record)) = outcome else { return nil }
        return Int(String(decoding: record.value, as: UTF8.self))
    }

    @Test(arguments: modes.indices)
    func `a confirmed read is right whatever clocks do, and a leased one is not`(mode: Int) throws {
        // A lease that lasts forty times as long as the grants it rests on is what a clock that
        // nearly stands still would make of it.
        let old = try primary(serving(Self.modes[mode]))
        var slow = Timing()
        slow.lease = 40 * slow.grant
        let cluster = serving(Self.modes[mode], timings: [old: slow])
        #expect(try primary(cluster) == old)
        #expect(try write(cluster, 1))
        #expect(number(read(cluster, of: old, isConfirmed: true)) == 1)
        cluster.isolate(old)
        #expect(
            cluster.run(atMost: 2_000_000_000) { cluster.coordinator.map?[shard].primary != old }
        )
        cluster.run(for: 500_000_000)
        #expect(try write(cluster, 2))
        if !(Self.modes[mode] is ChainReplication) {
            #expect(
                number(read(cluster, of: old, isConfirmed: false)) == 1,
                "the clocks are wrong enough for the control to read what is old"
            )
        }
        let confirmed = read(cluster, of: old, isConfirmed: true)
        #expect(confirmed == .refused(.unavailable(.unconfirmed)))
        #expect(number(read(cluster, of: try primary(cluster), isConfirmed: true)) == 2)
    }

    @Test(arguments: modes.indices)
    func `confirmed reads come back in a round trip, and share it`(mode: Int) throws {
        let cluster = serving(Self.modes[mode])
        let primary = try primary(cluster)
        #expect(try write(cluster, 1))
        var polls = 0
        cluster.onSend = { from, _, message in
            if from == primary, case .poll = message { polls += 1 }
        }
        var latencies: [UInt64] = []
        for number in 0..<1_000 {
            cluster.after(UInt64(number) * 100_000) { [shard, key] in
                let begin = cluster.now
                cluster.request(Command(.get, [key]), shard: shard, to: primary, isConfirmed: true)
                {
                    if case .reply(.value) = $0 { latencies.append(cluster.now - begin) }
                }
            }
        }
        cluster.run(for: 400_000_000)
        #expect(latencies.count == 1_000)
        // Two messages of 1.55 ms at most, one round under way before it.
        #expect(latencies.max() ?? .max < 8_000_000)
        #expect(polls < 1_000, "reads that come meanwhile share a round")
    }

    /// What asynchronous replication loses, no backup can be asked for.
    private static let safeModes = modes.filter { !($0 is AsynchronousReplication) }

    @Test(arguments: 0..<40)
    func `a backup's state holds all that was acknowledged before its age began`(seed: Int) throws {
        let cluster = serving(Self.safeModes[seed % Self.safeModes.count], seed: UInt64(seed))
        var acknowledged: [(at: UInt64, value: Int)] = []
        var isRunning = true
        func load(_ value: Int) {
            guard isRunning else { return }
            let command = Command(.set, [key, Array("\(value)".utf8)])
            guard let primary = cluster.coordinator.map?[shard].primary else { return }
            var isDone = false
            func next() {
                guard !isDone else { return }
                isDone = true
                cluster.after(2_000_000) { load(value + 1) }
            }
            cluster.request(command, shard: shard, to: primary) {
                if $0 == .reply(.ok) { acknowledged.append((cluster.now, value)) }
                next()
            }
            cluster.after(1_000_000_000, next)
        }
        load(1)
        var seen = 0
        var oldest: UInt64 = 0
        func look() {
            guard isRunning else { return }
            for node in cluster.nodes where !node.isPaused {
                let now = Instant(nanoseconds: cluster.now)
                guard let age = node.core?.table.age(of: shard, at: now) else { continue }
                let record = node.core?.state(of: shard)?.find(key)
                let value = record.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? 0
                let floor = acknowledged.last { $0.at + age < cluster.now }?.value ?? 0
                #expect(value >= floor, "seed \(seed): \(node.id) is \(age / 1_000_000) ms old")
                seen += 1
                oldest = max(oldest, age)
            }
            cluster.after(7_000_000, look)
        }
        look()
        for _ in 0..<4 {
            cluster.run(for: 300_000_000)
            let victim = NodeID(UInt16(1 + cluster.random.next(below: 5)))
            switch cluster.random.next(below: 3) {
            case 0:
                cluster.isolate(victim)
                cluster.run(for: 700_000_000)
                cluster.cuts = []
            case 1:
                cluster.pause(victim)
                cluster.run(for: 700_000_000)
                cluster.resume(victim)
            default:
                cluster.crash(victim)
                cluster.run(for: 500_000_000)
                cluster.start(victim)
            }
        }
        isRunning = false
        #expect(seen > 500)
        #expect(oldest < 60_000_000_000)
        #expect(acknowledged.count > 200)
    }

    @Test func `a backup that follows is fresh, one that is cut off knows how old it is`() throws {
        let cluster = serving(QuorumReplication())
        #expect(try write(cluster, 1))
        let assignment = try #require(cluster.coordinator.map)[shard]
        let backup = try #require(
            assignment.replicas.map(\.node).first { $0 != assignment.primary }
        )
        func age() -> UInt64? {
            let now = Instant(nanoseconds: cluster.now)
            return cluster[backup].core?.table.age(of: shard, at: now)
        }
        #expect(try #require(age()) < 120_000_000)
        cluster.isolate(backup)
        cluster.run(for: 2_000_000_000)
        let old = try #require(age())
        #expect(old > 2_000_000_000 && old < 2_120_000_000)
    }
}
