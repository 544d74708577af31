import Statistics
import Testing
import Workloads

@testable import LoadGeneration

@Suite(.serialized) struct OpenLoopTests {
    @Test func `every request that is due is sent, whatever the server does`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(
                nodes,
                load: .open(operationsPerSecond: 1000)
            )
            configuration.limits.request = .seconds(2)
            configuration.measure = .seconds(2)
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.milliseconds(500))
                nodes[0].set(.paused)
                try await letPass(.milliseconds(500))
                nodes[0].set(.serving)
            }
            let generator = run.result.generator
            #expect(generator.scheduled == 2000 && generator.issued == 2000)
            #expect(run.counts.ok == 2000, "\(run.result.failures)")
            #expect(generator.offeredRate.map { abs($0 - 1000) < 0.001 } == true)
            // Of 500 requests during a stall of 500 ms, 400 wait for more than 100 ms; the machine may
            // stall the test itself longer.
            #expect((380...900).contains(run.result.slowRequests.count))
            let longest = run.result.kinds.map(\.latency.maximum).max() ?? 0
            #expect((480_000_000...1_100_000_000).contains(longest))
            // Little's law: the requests under way are the rate times their mean latency, give or take
            // what the machine stalls at either end.
            let mean = run.result.kinds.reduce(0) { $0 + $1.latency.mean * Double($1.counts.ok) }
            #expect(abs(generator.meanOutstanding / (mean / 2e9) - 1) < 0.5)
        }
    }

    @Test func `stop ends the measurement early, and what was due is settled`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(
                nodes,
                load: .open(operationsPerSecond: 1000)
            )
            configuration.measure = .seconds(600)
            let run = try await WorkerRun.of(configuration) { worker in
                try await letPass(.milliseconds(300))
                worker.obey(.stop)
            }
            #expect(run.result.ending == "stopped")
            #expect(run.counts.ok == run.result.generator.scheduled)
            #expect((250...3000).contains(run.counts.ok))
            let wall = run.result.generator.wallTime
            #expect(abs(Double(run.counts.ok) - wall * 1000) < 3)
            #expect(run.events.last?.event == .finished)
            #expect(run.events.contains { $0.event == .progress && $0.phase == "measure" })
        }
    }

    @Test func `in a closed loop the wait for one's own key is no latency`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(nodes, load: .closed(pipeline: 64))
            configuration.workload.base.records = 1
            let run = try await WorkerRun.of(configuration)
            let update = try #require(run.result.kinds.first { $0.kind == "update" })
            #expect(update.counts.ok > 10)
            #expect(abs(update.latency.mean / update.service.mean - 1) < 0.2)
        }
    }

    @Test func `the timeline adds up to the whole`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: .closed(pipeline: 4)))
            let buckets = run.result.timeline.buckets
            let sum = buckets.reduce(0) { $0 + $1.counts.ok }
            // Requests that a tardy machine began after the measurement's end are in the timeline only.
            #expect(sum >= run.counts.ok && sum <= run.counts.ok + 1000)
            #expect(try buckets.map { try Int($0.latency().count) }.reduce(0, +) == sum)
            #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.index < $1.index })
            #expect(run.result.generator.meanOutstanding > 12)
        }
    }
}
