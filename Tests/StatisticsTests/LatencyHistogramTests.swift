import Foundation
import Testing

@testable import Statistics

@Suite struct LatencyHistogramTests {
    @Test func `every value up to an hour is within one percent`() {
        var value: UInt64 = 1
        while value < 3_600_000_000_000 {
            for near in [value - 1, value, value + value / 3] {
                var histogram = LatencyHistogram()
                histogram.record(nanoseconds: near)
                let range = histogram.buckets.map(\.range)
                #expect(range.count == 1 && range[0].contains(near))
                let width = Double(range[0].upperBound - range[0].lowerBound)
                #expect(width <= max(0, Double(near) * 0.01), "\(near)")
            }
            value *= 2
        }
    }

    @Test func `nothing is clipped in silence`() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: .max)
        histogram.record(nanoseconds: LatencyHistogram.largestTrackable)
        histogram.record(.seconds(3))
        #expect(histogram.count == 3)
        #expect(histogram.clippedCount == 1)
        #expect(histogram.maximum == .max)
        histogram.reset()
        #expect(histogram == LatencyHistogram())
    }

    @Test func `a quantile needs ten observations above it`() {
        var histogram = LatencyHistogram()
        for value in 1...999 { histogram.record(nanoseconds: UInt64(value) * 1000) }
        #expect(histogram.quantile(0.99) == nil)
        histogram.record(nanoseconds: 1_000_000)
        #expect(near(histogram.quantile(0.99), 990_000))
        #expect(near(histogram.quantile(0.5), 500_000))
        #expect(histogram.quantile(0.999) == nil)
        #expect(histogram.quantile(1) == nil)
        #expect(LatencyHistogram().quantile(0.5) == nil)
        #expect(near(UInt64(histogram.mean), 500_500))
        #expect(histogram.count(above: 900_000) >= 95)
    }

    @Test func `merged parts equal the whole`() {
        var (whole, odd, even) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for value in sampled(50_000) {
            whole.record(nanoseconds: value)
            if value % 2 == 0 {
                even.record(nanoseconds: value)
            } else {
                odd.record(nanoseconds: value)
            }
        }
        odd.merge(even)
        #expect(odd == whole)
        #expect(odd.quantile(0.999) == whole.quantile(0.999))
        odd.merge(LatencyHistogram())
        #expect(odd == whole)
    }

    @Test func `bytes and JSON restore the same histogram`() throws {
        var histogram = LatencyHistogram()
        #expect(try LatencyHistogram(decoding: histogram.encoded()) == histogram)
        for value in sampled(10_000) { histogram.record(nanoseconds: value) }
        histogram.record(nanoseconds: .max)
        let restored = try LatencyHistogram(decoding: histogram.encoded())
        #expect(restored == histogram)
        #expect(restored.quantile(0.99) == histogram.quantile(0.99))
        let json = try JSONEncoder().encode(histogram)
        #expect(try JSONDecoder().decode(LatencyHistogram.self, from: json) == histogram)
    }

    @Test func `damaged bytes are refused`() {
        var histogram = LatencyHistogram()
        for value in sampled(100) { histogram.record(nanoseconds: value) }
        let bytes = histogram.encoded()
        #expect(throws: HistogramDecodingError.truncated) { try LatencyHistogram(decoding: []) }
        #expect(throws: HistogramDecodingError.unknownVersion(9)) {
            try LatencyHistogram(decoding: [9])
        }
        #expect(throws: HistogramDecodingError.truncated) {
            try LatencyHistogram(decoding: [1, 0x80])
        }
        #expect(throws: HistogramDecodingError.outOfRange) {
            try LatencyHistogram(
                decoding: [1, 0, 0] + [UInt8](repeating: 0xff, count: 9) + [0x01, 1]
            )
        }
        for length in bytes.indices {
            _ = try? LatencyHistogram(decoding: Array(bytes[..<length]))
        }
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(
                LatencyHistogram.self,
                from: Data(#"{"maximum":1,"clipped":0,"buckets":[1]}"#.utf8)
            )
        }
    }

    /// Values over nine orders of magnitude.
    private func sampled(_ count: Int) -> [UInt64] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return (state >> 20) % (1 << (10 + state % 30))
        }
    }

    private func near(_ value: UInt64?, _ expected: Double) -> Bool {
        guard let value else { return false }
        return abs(Double(value) / expected - 1) <= 0.01
    }
}
