import Histories
import Testing

@testable import LoadGeneration

@Suite(.serialized) struct DiscoveryTests {
    private static let open = LoadShape.open(operationsPerSecond: 1000)

    @Test func `one node alone needs no map`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(nodes, load: .closed(pipeline: 4))
            configuration.discovery = .fixed
            configuration.keepsLedger = false
            let run = try await WorkerRun.of(configuration)
            #expect(run.counts.ok > 100 && run.counts.failed == 0 && run.counts.unknown == 0)
            #expect(nodes[0].with { $0.commands["CLUSTER"] } == nil)
            #expect(run.ledger.entries.isEmpty)
        }
    }

    @Test func `a failover is followed through sentinels`() async throws {
        try await withNodes(3) { nodes in
            let (sentinel, old, new) = (nodes[0], nodes[1], nodes[2])
            let (first, second) = (old.endpoint, new.endpoint)
            sentinel.with { $0.primary = first }
            var configuration = WorkerConfiguration.brief([sentinel], load: Self.open)
            configuration.discovery = .sentinel(primary: "main")
            configuration.measure = .milliseconds(1500)
            configuration.limits.request = .seconds(1)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(300))
                await old.stop()
                try await letPass(.milliseconds(200))
                sentinel.with { $0.primary = second }
            }
            #expect(run.result.generator.issued == 1500 && run.counts.total == 1500)
            #expect(run.counts.failed == 0, "\(run.result.failures)")
            #expect(new.with { $0.commands["SET"] ?? 0 } > 100)
            let gap = run.result.longestGap.map { $0.end - $0.start } ?? 0
            #expect((180_000_000...900_000_000).contains(gap), "\(gap)")
        }
    }

    @Test func `ASK is followed once, and the map stays`() async throws {
        try await withNodes(2) { nodes in
            let (old, new) = (nodes[0], nodes[1])
            let target = new.endpoint
            var configuration = WorkerConfiguration.brief([old], load: Self.open)
            configuration.insertsRecords = false
            let run = try await WorkerRun.of(configuration) { _ in
                old.set(.error("ASK 3 \(target)"))
                try await letPass(.milliseconds(200))
                old.set(.serving)
            }
            #expect(run.counts.ok == 800, "\(run.result.failures)")
            #expect(new.with { $0.commands["ASKING"] ?? 0 } > 50)
            #expect(run.result.generator.redirections > 50)
            // Had the map followed, nothing would have come back to the old node.
            #expect(old.with { $0.commands["GET"] ?? 0 } > 200)
        }
    }

    @Test func `the right password opens the connection, a wrong one ends the worker`() async throws
    {
        try await withNodes(1) { nodes in
            nodes[0].with { $0.password = "secret" }
            var configuration = WorkerConfiguration.brief(nodes, load: Self.open)
            configuration.discovery = .fixed
            configuration.access.password = "secret"
            let run = try await WorkerRun.of(configuration)
            #expect(run.counts.ok == 800 && nodes[0].with { $0.commands["AUTH"] ?? 0 } >= 4)

            configuration.access.password = "wrong"
            let worker = ControlledWorker(configuration: configuration)
            let code = try await worker.runUntilFailure()
            #expect(code == 4)
            let reason = worker.events.last?.reason ?? ""
            #expect(reason.contains("WRONGPASS"), "\(reason)")
        }
    }
}
