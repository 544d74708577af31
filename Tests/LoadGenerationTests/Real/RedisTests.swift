import Determinism
import Histories
import RESP
import Testing
import Workloads

@testable import LoadGeneration

@Suite(.serialized, .enabled(if: RedisCluster.executable != nil, "no redis-server is installed"))
struct RedisTests {
    @Test func `three servers take the load, and the audit finds every write`() async throws {
        try await RedisCluster.with(3) { cluster in
            // The first server alone is named; the others are found.
            let first = [cluster.nodes[0].endpoint]
            let run = try await WorkerRun.of(configuration(first, load: .closed(pipeline: 8)))
            #expect(run.counts.ok > 1000)
            #expect(run.counts.failed == 0 && run.counts.unknown == 0, "\(run.result.failures)")
            #expect(run.result.inserted.ok == 2000)
            #expect(run.result.kinds.allSatisfy { $0.missing == 0 })
            let audit = ReplicaAudit(nodes: cluster.nodes)
            var differences = 0
            let summary = try await audit.read(
                ReplicaAudit.writtenKeys(of: [run.ledger]),
                settleWithin: .zero
            ) { copies in
                let position = run.ledger.keys.position(of: copies.key) ?? 0
                let expected = run.ledger.entries[position].lastAcknowledged
                guard case .stamped(let stamp) = copies.copies.first?.value,
                    stamp.sequence == expected
                else {
                    differences += 1
                    return
                }
            }
            #expect(differences == 0)
            #expect(summary.keys == 2000 && summary.copies == 2000 && summary.unsettledKeys == 0)
        }
    }

    @Test func `the death of one server is seen by its requests alone`() async throws {
        try await RedisCluster.with(3) { cluster in
            var configuration = configuration(
                cluster.nodes.map(\.endpoint),
                load: .open(operationsPerSecond: 2000)
            )
            configuration.measure = .seconds(2)
            let prober = try await Prober.start(nodes: cluster.nodes)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(500))
                cluster.kill(1)
            }
            let samples = await prober.stop()
            #expect(run.counts.total == 4000)
            #expect(run.counts.failed > 100 && run.counts.ok > 2000)
            #expect(run.counts.unknown < 100, "\(run.result.failures)")
            let failing = samples.filter { $0.outcome != .ok }.map(\.initialPrimary)
            #expect(Set(failing) == [2])
            #expect(samples.last { $0.initialPrimary == 1 }?.outcome == .ok)
        }
    }

    @Test func `two workers write keys of their own`() async throws {
        try await RedisCluster.with(1) { cluster in
            let endpoints = cluster.nodes.map(\.endpoint)
            var one = configuration(endpoints, load: .open(operationsPerSecond: 2000))
            one.workers = 2
            var other = one
            other.worker = 1
            let runs = try await [WorkerRun.of(one), WorkerRun.of(other)]
            for run in runs { #expect(run.counts.failed + run.counts.unknown == 0) }
            let shares = runs.map { Double($0.counts.ok) / 1600 }
            #expect(abs(shares[0] + shares[1] - 1) < 0.01)
            #expect(runs[0].ledger.writers.upperBound <= runs[1].ledger.writers.lowerBound)
            let keys = ReplicaAudit.writtenKeys(of: runs.map(\.ledger))
            #expect(Set(keys).count == 2000 && keys.count == 2000)
        }
    }

    @Test func `a failover is followed through a real sentinel`() async throws {
        try await RedisSentinel.with { group in
            var configuration = configuration(
                [group.sentinel],
                load: .open(operationsPerSecond: 1000)
            )
            configuration.discovery = .sentinel(primary: RedisSentinel.name)
            configuration.measure = .seconds(60)
            configuration.limits.request = .seconds(1)
            let run = try await WorkerRun.of(configuration) { worker in
                let ended = { worker.events.last { $0.event == .progress }?.ok ?? 0 }
                try await eventually("the load runs") { ended() > 500 }
                try await eventually("the replica has every record", within: .seconds(30)) {
                    try await group.ask(group.servers[1], ["DBSIZE"]).integer == 2000
                }
                group.killPrimary()
                let other = group.servers[1].port
                try await eventually("the replica is promoted", within: .seconds(30)) {
                    try await group.primary() == other
                }
                let before = ended()
                try await eventually("the load goes on there", within: .seconds(30)) {
                    ended() > before + 1000
                }
                worker.obey(.stop)
            }
            #expect(run.exitCode == 0 && run.counts.ok > 1500)
            #expect(run.counts.total == run.result.generator.issued)
            let gap = Double(run.result.longestGap?.length ?? 0) / 1e9
            #expect((0.1...30).contains(gap), "\(gap)")
            let size = try await group.ask(group.servers[1], ["DBSIZE"]).integer ?? 0
            #expect(size == 2000, "it is the replica that answers")
        }
    }

    private func configuration(_ endpoints: [Endpoint], load: LoadShape) -> WorkerConfiguration {
        var configuration = WorkerConfiguration.brief([], load: load)
        configuration.endpoints = endpoints
        configuration.workload.base.records = 2000
        return configuration
    }
}
