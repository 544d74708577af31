import Quantities
import Testing

@testable import Determinism

/// Draws against the law they claim, by Pearson's test at one per cent.
@Suite struct LawTests {
    static let laws: [any Distribution] =
        distributions.map { $0.init() }
        + [Zipfian(exponent: 0), Zipfian(exponent: 0.5), Zipfian(exponent: 1.2)]
        + [Hotspot(keys: 0.01, operations: 0.9)]
    static let draws = 400_000

    @Test(arguments: laws.indices, [10, 1000, 100_000])
    func `draws pass the chi-square test of their law`(law: Int, count: Int) {
        let sampler = Self.laws[law].sampler(count: count)
        for bins in [40, 2000] {
            var generator = SeededGenerator(seed: Self.seed(law, count))
            let fit = GoodnessOfFit(sampler, count: count, draws: Self.draws, bins: bins) {
                sampler.rank($0, using: &generator)
            }
            #expect(fit.passes, "\(Self.laws[law].text) over \(count): \(fit), seed \(9 + law)")
        }
    }

    @Test(arguments: laws.indices, [10, 1000, 100_000])
    func `a planted bend of one draw in twenty-five fails it`(law: Int, count: Int) {
        let sampler = Self.laws[law].sampler(count: count)
        var generator = SeededGenerator(seed: Self.seed(law, count))
        let fit = GoodnessOfFit(sampler, count: count, draws: Self.draws) { ordinal in
            let rank = sampler.rank(ordinal, using: &generator)
            return ordinal % 25 == 24 ? rank / 8 : rank
        }
        #expect(!fit.passes, "\(Self.laws[law].text) over \(count): \(fit)")
    }

    @Test func `an exponent that is off by a hundredth fails it`() {
        let law = Zipfian(exponent: 0.99).sampler(count: 10_000)
        let other = Zipfian(exponent: 1).sampler(count: 10_000)
        var generator = SeededGenerator(seed: Seed(5))
        let fit = GoodnessOfFit(law, count: 10_000, draws: 1_000_000) { ordinal in
            other.rank(ordinal, using: &generator)
        }
        #expect(!fit.passes)
    }

    @Test(arguments: laws.indices)
    func `a law that was resized is the law of its new count`(law: Int) {
        var resized = Self.laws[law].sampler(count: 7)
        resized.resize(to: 1000)
        let fresh = Self.laws[law].sampler(count: 1000)
        var (some, same) = (SeededGenerator(seed: Seed(8)), SeededGenerator(seed: Seed(8)))
        for ordinal in 0..<1000 {
            #expect(resized.probability(ofRank: ordinal) == fresh.probability(ofRank: ordinal))
            #expect(
                resized.rank(ordinal, using: &some) == fresh.rank(ordinal, using: &same)
            )
        }
    }

    @Test func `YCSB's words hold of its laws`() {
        let hot = Hotspot().sampler(count: 1000)
        let share = (0..<200).map(hot.probability(ofRank:)).reduce(0, +)
        #expect(abs(share - 0.8) < 1e-9)
        let newest = Exponential().sampler(count: 100_000)
        let part = (0..<85_714).map(newest.probability(ofRank:)).reduce(0, +)
        // The law is cut off at the last key, so that a little more falls on the newest.
        #expect(part > 0.95 && part < 0.985)
        let turn = Sequential().sampler(count: 3)
        var generator = SeededGenerator(seed: Seed(1))
        #expect((0..<7).map { turn.rank($0, using: &generator) } == [0, 1, 2, 0, 1, 2, 0])
    }

    private static func seed(_ law: Int, _ count: Int) -> Seed {
        Seed(UInt64(9 + law)).derived(count)
    }
}

/// What plans and command lines write.
@Suite struct LawTextTests {
    @Test(arguments: [
        ("uniform", "uniform"), ("zipfian", "zipfian"), ("zipfian:0.8", "zipfian:exponent=0.8"),
        ("zipfian:exponent=1.2", "zipfian:exponent=1.2"), ("latest:0.99", "latest"),
        ("hotspot:keys=10%,operations=90%", "hotspot:keys=0.1,operations=0.9"),
        ("hotspot:0.1,operations=0.9", "hotspot:keys=0.1,operations=0.9"),
    ])
    func `a law is read and written`(text: String, written: String) throws {
        let law = try AnyDistribution(parsing: text)
        #expect(law.text == written)
        #expect(try AnyDistribution(parsing: law.text) == law)
    }

    @Test(arguments: [
        ("zipfain", "did you mean \"zipfian\"?"), ("", "known laws: uniform"),
        ("zipfian:exponent=-1", "write 0 to 20"), ("zipfian:21", "write 0 to 20"),
        ("zipfian:exponnt=1", "did you mean \"exponent\"?"), ("uniform:3", "write name=value"),
        ("uniform:n=3", "uniform takes none"), ("hotspot:keys=120%", "or 0% to 100%"),
        ("hotspot:keys=90%,operations=10%", "a cold one"), ("zipfian:1,exponent=2", "twice"),
        ("zipfian:", "write 0 to 20"), ("hotspot:keys=0.1,0.3", "write name=value"),
    ])
    func `nonsense is refused with what to write`(text: String, words: String) {
        do throws(WordingProblem) {
            _ = try AnyDistribution(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }
}
