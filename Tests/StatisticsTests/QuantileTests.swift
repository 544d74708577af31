import Foundation
import Testing

@testable import Statistics

@Suite struct QuantileTests {
    @Test func `only what ten observations support can be named`() throws {
        var histogram = LatencyHistogram()
        for value in 1...1000 { histogram.record(nanoseconds: UInt64(value) * 1000) }
        #expect(histogram.quantiles().map(\.name) == ["p50", "p90", "p99"])
        let p99 = try #require(histogram.supported(0.99))
        #expect(abs(p99.seconds / 0.00099 - 1) < 0.01 && p99.observations == 1000)
        #expect(histogram.supported(0.991) == nil)
        #expect(LatencyHistogram().quantiles().isEmpty)
        histogram.record(nanoseconds: 5_000_000, count: 9000)
        #expect(histogram.quantiles().last?.name == "p99.9")
    }

    @Test func `names have no needless digits`() {
        #expect(
            [0.5, 0.99, 0.999, 0.99999, 0.975].map(Quantile.name) == [
                "p50", "p99", "p99.9", "p99.999", "p97.5",
            ]
        )
    }

    @Test func `figures survive JSON, and answer for what they hold alone`() throws {
        var histogram = LatencyHistogram()
        for value in 1...2000 { histogram.record(nanoseconds: UInt64(value) * 1000) }
        let figures = try #require(LatencyFigures(histogram))
        let json = try JSONEncoder().encode(figures)
        #expect(try JSONDecoder().decode(LatencyFigures.self, from: json) == figures)
        #expect(figures.quantile(0.99) != nil && figures.quantile(0.999) == nil)
        #expect(LatencyFigures(LatencyHistogram()) == nil)
    }
}

@Suite struct SeriesLogTests {
    private static let second: Int64 = 1_000_000_000

    @Test func `merging what the intervals of all workers hold equals one histogram of all`() throws
    {
        var whole = (0..<3).map { _ in LatencyHistogram() }
        var merged = (0..<3).map { _ in LatencyHistogram() }
        var state: UInt64 = 7
        for worker in 0..<4 {
            var log = SeriesLog(series: 3, origin: 1000, width: Self.second)
            var now: Int64 = 1000
            for _ in 0..<20_000 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let series = Int(state >> 33) % 3
                let value = (state >> 20) % (1 << (8 + state % 32))
                now += Int64(state >> 40) % 2_000_000
                log.record(series, nanoseconds: value, at: now)
                whole[series].record(nanoseconds: value)
            }
            #expect(log.entries.count > 20, "\(worker)")
            let total = log.total(of: 1)
            log.finish()
            #expect(log.total(of: 1) == total)
            for entry in log.entries { merged[entry.series].merge(try entry.histogram()) }
        }
        #expect(merged == whole)
        // A count that is lost is seen.
        merged[0].record(nanoseconds: 5)
        #expect(merged[0] != whole[0])
    }

    @Test func `each second has its own, quiet ones have none`() throws {
        var log = SeriesLog(series: 2, origin: 0, width: Self.second)
        log.record(0, nanoseconds: 10, at: 0)
        log.record(1, nanoseconds: 20, count: 3, at: Self.second - 1)
        log.record(0, nanoseconds: 30, at: Self.second)
        log.record(0, nanoseconds: 40, at: 5 * Self.second + 1)
        log.finish()
        #expect(log.entries.map { [$0.index, $0.series] } == [[0, 0], [0, 1], [1, 0], [5, 0]])
        #expect(try log.entries[1].histogram().count == 3)
    }

    @Test func `a log that is full keeps all counts in longer intervals`() throws {
        var log = SeriesLog(series: 2, origin: 0, width: Self.second, limit: 20_000)
        for index in 0..<5000 {
            let now = Int64(index) * Self.second / 2
            log.record(index % 2, nanoseconds: UInt64(index) * 1000, at: now)
        }
        log.finish()
        #expect(log.width > Self.second && log.width % Self.second == 0)
        let size = log.entries.reduce(0) { $0 + $1.encoded.count }
        #expect(size <= 20_000)
        #expect(log.total(of: 0).count == 2500 && log.total(of: 1).count == 2500)
        for entry in log.entries {
            let histogram = try entry.histogram()
            let start = Double(entry.index) * Double(log.width) / 1e9
            // The value says when it was recorded: half a second a microsecond.
            let first = (histogram.buckets.map(\.range).first?.upperBound ?? 0) / 1000
            #expect(Double(first) / 2 >= start * 0.99 - 1)
        }
        let places = log.entries.map { $0.index * 2 + $0.series }
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    }
}
