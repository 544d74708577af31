import Determinism
import Histories
import Statistics
import Testing
import Workloads

@testable import LoadGeneration

@Suite(.serialized) struct LoadEngineTests {
    private static let closed = LoadShape.closed(pipeline: 1)
    private static let open = LoadShape.open(operationsPerSecond: 1000)

    @Test func `every success is in the ledger, and the store holds the last`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.closed))
            #expect(run.exitCode == 0)
            #expect(run.counts.ok > 100)
            #expect(run.counts.failed == 0 && run.counts.unknown == 0)
            #expect(run.result.inserted.ok == 100)
            #expect(run.result.kinds.map(\.kind) == ["read", "update"])
            #expect(run.result.kinds.allSatisfy { $0.missing == 0 })
            #expect(Int(run.result.kinds[0].latency.count) == run.result.kinds[0].counts.ok)
            let acknowledged = run.ledger.entries.map { Int($0.lastAcknowledged) }.reduce(0, +)
            let updates = run.result.kinds.first { $0.kind == "update" }?.counts.ok ?? 0
            // The few that were begun around the end of the measurement are in the ledger only.
            #expect(acknowledged >= 100 + updates && acknowledged <= 200 + updates)
            expectStoreHoldsLedger(nodes[0], run.ledger)
        }
    }

    @Test func `MOVED is followed and the request stays the same`() async throws {
        try await withNodes(2) { nodes in
            let (old, new) = (nodes[0], nodes[1])
            // The map of both is wrong until the first redirection has been followed.
            let endpoint = new.endpoint
            old.with { $0.serves = 0...0 }
            let right = [SlotRange(slots: 0...16_383, primary: endpoint, replicas: [])]
            let wrong = [SlotRange(slots: 0...16_383, primary: old.endpoint, replicas: [])]
            new.with { $0.map = wrong }
            var configuration = WorkerConfiguration.brief(nodes, load: Self.closed)
            configuration.insertsRecords = false
            let run = try await WorkerRun.of(configuration) { _ in
                old.with { $0.map = right }
                try await letPass(.milliseconds(200))
                new.with { $0.map = right }
            }
            #expect(run.counts.failed == 0 && run.counts.unknown == 0, "\(run.result.failures)")
            #expect(run.counts.ok > 100)
            #expect(run.result.generator.redirections > 0)
            expectStoreHoldsLedger(new, run.ledger)
        }
    }

    @Test func `a silent primary is left for its successor, its writes unknown`() async throws {
        try await withNodes(2) { nodes in
            let (old, new) = (nodes[0], nodes[1])
            let endpoint = new.endpoint
            let before = old.with { $0.map }
            new.with { $0.map = before }
            var configuration = WorkerConfiguration.brief(nodes, load: Self.open)
            configuration.measure = .milliseconds(1500)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(300))
                old.set(.paused)
                let copy = old.with { $0.store }
                try await letPass(.milliseconds(150))
                new.with {
                    $0.store.merge(copy) { mine, _ in mine }
                    $0.map = [SlotRange(slots: 0...16_383, primary: endpoint, replicas: [])]
                }
            }
            #expect(run.counts.failed == 0, "\(run.result.failures)")
            #expect(run.counts.unknown > 0 && run.counts.unknown < 100)
            #expect(run.failures("primary-moved") == run.counts.unknown)
            #expect(run.ledger.unknown.count == run.counts.unknown)
            #expect(new.with { $0.store.count } == 100)
            // 150 ms of outage, 60 of silence, a tick, a question: long before the requests' limit.
            let slowest = run.result.slowRequests.map { $0.completedAt - $0.startedAt }.max() ?? 0
            #expect(slowest < 390_000_000, "\(slowest)")
            #expect(run.result.slowRequests.contains { $0.outcome == .ok })
        }
    }

    @Test func `late answers are nobody's`() async throws {
        try await withNodes(2) { nodes in
            let (old, new) = (nodes[0], nodes[1])
            let before = old.with { $0.map }
            let half = [
                SlotRange(slots: 0...8191, primary: old.endpoint, replicas: []),
                SlotRange(slots: 8192...16_383, primary: new.endpoint, replicas: []),
            ]
            new.with { $0.map = before }
            var configuration = WorkerConfiguration.brief(nodes, load: Self.open)
            configuration.measure = .milliseconds(1500)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(200))
                old.set(.paused)
                let copy = old.with { $0.store }
                new.with {
                    $0.store = copy
                    $0.map = half
                }
                try await letPass(.milliseconds(250))
                old.with {
                    $0.map = half
                    $0.serves = 0...8191
                }
                old.set(.serving)
            }
            #expect(run.counts.unknown > 0 && run.counts.failed == 0, "\(run.result.failures)")
            #expect(run.counts.ok > 1000)
            expectStoreHoldsLedger(old, run.ledger, slots: 0...8191)
            expectStoreHoldsLedger(new, run.ledger, slots: 8192...16_383)
        }
    }

    @Test func `without an answer a write is unknown, not failed`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(nodes, load: Self.open)
            configuration.measure = .milliseconds(1500)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(200))
                nodes[0].set(.paused)
                try await letPass(.milliseconds(700))
                nodes[0].set(.serving)
            }
            #expect(run.failures("timeout") == run.counts.unknown && run.counts.unknown > 0)
            // The node executes late what was given up; later writes of the same keys come after.
            #expect(run.result.generator.reconnections == 0)
            expectStoreHoldsLedger(nodes[0], run.ledger)
            #expect(!run.ledger.unknown.isEmpty)
            #expect(run.ledger.failed.count == run.ledger.failed.filter { $0.sequence > 0 }.count)
            // What was never sent failed for certain, and did not become a write.
            #expect(run.failures("not-sent") > 0)
            #expect(run.result.generator.issued == run.counts.total)
            #expect(run.result.timeline.buckets.last.map { $0.counts.ok > 0 } == true)
        }
    }

    @Test func `a connection that the node has forgotten is made anew`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(nodes, load: Self.open)
            configuration.measure = .milliseconds(2000)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(200))
                nodes[0].set(.forgetful)
            }
            #expect(run.result.generator.reconnections > 0)
            // Nothing that was given up may arrive after its connection was closed.
            try await eventually("the old connections were reset") {
                nodes[0].with { $0.resets > 0 }
            }
            #expect(run.counts.unknown > 0)
            #expect(run.result.timeline.buckets.last.map { $0.counts.ok > 0 } == true)
        }
    }

    @Test func `CLUSTERDOWN is waited out`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.open)) { _ in
                try await letPass(.milliseconds(200))
                nodes[0].set(.error("CLUSTERDOWN The cluster is down"))
                try await letPass(.milliseconds(150))
                nodes[0].set(.serving)
            }
            #expect(run.counts.ok == 800)
            #expect(run.counts.failed == 0 && run.counts.unknown == 0)
            expectStoreHoldsLedger(nodes[0], run.ledger)
            #expect(run.result.slowRequests.count > 30)
        }
    }

    @Test func `CLUSTERDOWN without end is a failure of that class`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.open)) { _ in
                nodes[0].set(.error("CLUSTERDOWN Hash slot not served"))
            }
            #expect(run.counts.unknown == 0)
            #expect(run.failures("CLUSTERDOWN") > 100)
            #expect(run.counts.total == 800)
        }
    }

    @Test func `an error reply is a failure and no latency`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.open)) { _ in
                nodes[0].set(.error("OOM command not allowed when used memory > 'maxmemory'"))
            }
            #expect(run.failures("OOM") == run.counts.failed)
            #expect(run.counts.failed > 700 && run.counts.unknown == 0)
            let recorded = run.result.kinds.map { Int($0.latency.count) }.reduce(0, +)
            #expect(recorded == run.counts.ok)
            #expect(run.ledger.failed.count > 300)
        }
    }

    @Test func `a lost connection leaves its writes unknown and is made anew`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.open)) { _ in
                try await letPass(.milliseconds(200))
                nodes[0].set(.closing)
                try await letPass(.milliseconds(100))
                nodes[0].set(.serving)
            }
            #expect(run.failures("connection-lost") == run.counts.unknown)
            #expect(run.counts.unknown > 0 && run.counts.failed == 0, "\(run.result.failures)")
            #expect(run.ledger.unknown.count == run.counts.unknown)
            #expect(run.result.generator.reconnections > 0)
            #expect(run.result.timeline.buckets.last.map { $0.counts.ok > 0 } == true)
        }
    }

    @Test func `a node that is gone refuses for certain`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: Self.open)) { _ in
                try await letPass(.milliseconds(200))
                await nodes[0].stop()
            }
            #expect(run.failures("unreachable") > 50, "\(run.result.failures)")
            #expect(run.counts.unknown <= 10)
            #expect(run.counts.total == 800)
        }
    }

    private func expectStoreHoldsLedger(
        _ node: ScriptedNode,
        _ ledger: KeyLedger,
        slots: ClosedRange<Int> = 0...16_383
    ) {
        let store = node.with { $0.store }
        for (position, entry) in ledger.entries.enumerated() where entry.lastAcknowledged > 0 {
            let key = ledger.keys.key(at: position)
            let name = String(decoding: KeyName.bytes(of: key), as: UTF8.self)
            guard slots.contains(slot(of: name)) else { continue }
            let value = store[name] ?? []
            let stamp = WriteStamp.decode(value.span, key: key)
            let unknown = ledger.unknown.filter { $0.key == key }.map(\.sequence)
            let held = stamp?.sequence ?? 0
            #expect(held == entry.lastAcknowledged || unknown.contains(held), "\(name)")
            #expect(stamp.map { ledger.writers.contains($0.writer) } == true)
        }
    }
}
