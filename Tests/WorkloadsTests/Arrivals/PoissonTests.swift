import Determinism
import Foundation
import Testing

@testable import Workloads

/// Arrivals against the law of their gaps, by Kolmogorov's and Smirnov's test at one per cent.
@Suite struct PoissonTests {
    private static let rate = 5000.0

    @Test(arguments: [1, 2, 3, 4, 5])
    func `gaps are exponential`(seed: UInt64) {
        let times = Self.arrivals(RateProfile.constant(Self.rate), seed: Seed(seed))
        #expect(Self.passes(Self.gaps(times), rate: Self.rate), "seed \(seed)")
    }

    @Test func `the schedules of several workers are one Poisson process together`() {
        var times: [Int64] = []
        for worker in 0..<3 {
            times += Self.arrivals(
                .constant(Self.rate),
                share: 1.0 / 3,
                seed: Seed(6).derived(worker),
                count: 7000
            )
        }
        times.sort()
        let together = Array(times.prefix(20_000))
        #expect(Self.passes(Self.gaps(together), rate: Self.rate), "seed 6")
        #expect(
            abs(Double(together.count) / Double(together.last ?? 1) * 1e9 / Self.rate - 1) < 0.02
        )
    }

    @Test func `on a ramp they are exponential in what was expected`() {
        let profile = RateProfile.ramp(from: 1000, to: 9000, over: .seconds(4))
        let times = Self.arrivals(profile, seed: Seed(7))
        let counts = times.map { profile.expected(until: $0) }
        let gaps = zip([0] + counts, counts).map { $1 - $0 }
        #expect(Self.passes(gaps, rate: 1), "seed 7")
    }

    @Test func `what is not Poisson fails`() {
        let even = Self.arrivals(.constant(Self.rate), EvenArrivals(), seed: Seed(1))
        #expect(!Self.passes(Self.gaps(even), rate: Self.rate))
        // Rounded to a tenth of a millisecond, as by a timer.
        let times = Self.arrivals(.constant(Self.rate), seed: Seed(1))
        let coarse = times.map { ($0 + 99_999) / 100_000 * 100_000 }
        #expect(!Self.passes(Self.gaps(coarse), rate: Self.rate))
        // Three per cent too fast.
        #expect(!Self.passes(Self.gaps(times), rate: Self.rate / 1.03))
    }

    private static func arrivals(
        _ profile: RateProfile,
        _ process: any ArrivalProcess = PoissonArrivals(),
        share: Double = 1,
        seed: Seed,
        count: Int = 20_000
    ) -> [Int64] {
        var schedule = ArrivalSchedule(profile, process: process, share: share, seed: seed)
        return (0..<count).map { _ in schedule.take() }
    }

    /// In seconds.
    private static func gaps(_ times: [Int64]) -> [Double] {
        zip([0] + times, times).map { Double($1 - $0) / 1e9 }
    }

    private static func passes(_ gaps: [Double], rate: Double) -> Bool {
        let sorted = gaps.sorted()
        let count = Double(sorted.count)
        var distance = 0.0
        for (index, gap) in sorted.enumerated() {
            let theory = 1 - exp(-gap * rate)
            distance = max(
                distance,
                theory - Double(index) / count,
                Double(index + 1) / count - theory
            )
        }
        return distance < 1.628 / count.squareRoot()
    }
}
