import Determinism
import Quantities
import Testing

@testable import Workloads

@Suite struct RateSearchTests {
    @Test(arguments: [3.7, 950, 12_345, 777_777], [1.0, 1000, 500_000])
    func `the highest rate is found from anywhere`(truth: Double, start: Double) {
        var search = RateSearch(start: start)
        let conclusion = Self.run(&search) { $0 <= truth ? .met : .missed }
        let highest = conclusion.highest ?? 0
        #expect(highest <= truth && highest > truth / 1.06, "\(conclusion)")
        #expect(conclusion.lowestMissed.map { $0 > truth && $0 <= highest * 1.06 } ?? false)
        #expect(conclusion.limit == .objective)
        #expect(search.trials.count <= 40)
    }

    @Test func `a neighbour's noise now and then does not move the answer far`() {
        for seed in 1...50 {
            var generator = SeededGenerator(seed: Seed(UInt64(seed)))
            var search = RateSearch(start: 1000)
            let conclusion = Self.run(&search) { rate in
                rate <= 20_000 && !generator.nextBool(probability: 0.1) ? .met : .missed
            }
            let highest = conclusion.highest ?? 0
            #expect(highest <= 20_000 && highest > 15_000, "seed \(seed): \(conclusion)")
        }
    }

    @Test func `a server that nothing slows down ends at the bound`() {
        var search = RateSearch(start: 700_000, bounds: 1...1_234_567)
        let conclusion = Self.run(&search) { _ in .met }
        #expect(conclusion == .init(highest: 1_234_567, lowestMissed: nil, limit: .bound))
    }

    @Test func `an objective that cannot be met says so`() {
        var search = RateSearch(start: 1000)
        let conclusion = Self.run(&search) { _ in .missed }
        #expect(conclusion == .init(highest: nil, lowestMissed: 1, limit: .bound))
    }

    @Test func `a generator that is in the way is named as the limit`() {
        var search = RateSearch(start: 1000)
        let conclusion = Self.run(&search) { $0 < 50_000 ? .met : .void }
        #expect(conclusion.limit == .generator)
        #expect((conclusion.highest ?? 0) > 45_000)
    }

    @Test func `chance alone ends after so many measurements`() {
        var generator = SeededGenerator(seed: Seed(3))
        var search = RateSearch(start: 1000, precision: 0.001, mostTrials: 15)
        let conclusion = Self.run(&search) { _ in
            generator.nextBool(probability: 0.5) ? .met : .missed
        }
        #expect(search.trials.count <= 15, "\(conclusion)")
    }

    @Test(arguments: [
        ("1000/s,2000/s,500/s", [1000.0, 2000, 500]), ("1000..3000/s+1000", [1000, 2000, 3000]),
        ("1000..3500/s+1000", [1000, 2000, 3000, 3500]), ("1..8/s*2", [1, 2, 4, 8]),
        ("5..5/s+1", [5]),
    ])
    func `a ladder is read`(text: String, rates: [Double]) throws {
        #expect(try RateLadder(parsing: text).rates == rates)
    }

    @Test(arguments: [
        "", "1000", "1..2/s", "2..1/s+1", "1..2/s+0", "1..2/s*1", "1..1000000/s+1", "0/s",
        "1..2/s+x",
    ])
    func `another ladder is refused`(text: String) {
        #expect(throws: WordingProblem.self) { try RateLadder(parsing: text) }
    }

    private static func run(
        _ search: inout RateSearch,
        _ measure: (Double) -> RateSearch.Trial
    ) -> RateSearch.Conclusion {
        while true {
            switch search.next {
            case .measure(let rate): search.record(measure(rate))
            case .finished(let conclusion): return conclusion
            }
        }
    }
}
