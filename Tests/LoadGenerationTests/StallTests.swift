import Statistics
import Testing

@testable import LoadGeneration

@Suite(.serialized) struct StallTests {
    /// 2,000 requests a second for 4 s; for 1 s of them nobody answers.
    ///
    /// So a quarter is late, evenly between 0 and 1 s: 10 % of all are later than 0.6 s, 1 % later
    /// than 0.96 s.
    @Test func `a server that stands still is seen as long as it stood`() async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(
                nodes,
                load: .open(operationsPerSecond: 2000)
            )
            configuration.discovery = .fixed
            configuration.keepsLedger = false
            configuration.limits.retries = false
            configuration.limits.request = .seconds(10)
            configuration.measure = .seconds(4)
            configuration.keepsSeries = true
            let run = try await WorkerRun.of(configuration) { _ in
                try await letPass(.seconds(1))
                nodes[0].set(.paused)
                try await letPass(.seconds(1))
                nodes[0].set(.serving)
            }
            let generator = run.result.generator
            #expect(generator.scheduled == 8000 && generator.issued == 8000)
            #expect(run.counts.ok == 8000, "\(run.result.failures)")
            var response = LatencyHistogram()
            var service = LatencyHistogram()
            for kind in run.result.kinds {
                response.merge(kind.latency)
                service.merge(kind.service)
            }
            #expect(response.count == 8000 && service.count == 8000)
            // The machine may stall the test itself; never is it faster than arithmetic.
            let p90 = Double(response.quantile(0.9) ?? 0) / 1e9
            let p99 = Double(response.quantile(0.99) ?? 0) / 1e9
            #expect((0.55...0.85).contains(p90), "\(p90)")
            #expect((0.90...1.25).contains(p99), "\(p99)")
            let gap = run.result.longestGap.map { $0.end - $0.start } ?? 0
            #expect((900_000_000...1_300_000_000).contains(gap), "\(gap)")
            // Every second's histograms together hold every request.
            let series = try run.result.series?.entries.map { try $0.latency().count } ?? []
            #expect(series.reduce(0, +) == 8000)
        }
    }
}
