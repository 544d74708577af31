import Testing

@testable import Determinism

@Suite struct DistributionTests {
    private static let laws: [any Distribution] =
        distributions.map { $0.init() } + [0, 0.5, 1, 1.2, 3].map { Zipfian(exponent: $0) }

    @Test(arguments: laws.indices, [1, 2, 63, 64, 65, 1000])
    func `probabilities sum to one and never grow with the rank`(law: Int, count: Int) {
        let sampler = Self.laws[law].sampler(count: count)
        let probabilities = (0..<count).map(sampler.probability(ofRank:))
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9, "\(Self.laws[law])")
        #expect(zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test(arguments: laws.indices, [1, 2, 10, 100])
    func `draws follow the law`(law: Int, count: Int) {
        let seed = Seed(UInt64(100 * law + count))
        let drawn = ranks(Self.laws[law], count: count, draws: 200_000, seed: seed)
        let sampler = Self.laws[law].sampler(count: count)
        var counts = [Int](repeating: 0, count: count)
        for rank in drawn { counts[rank] += 1 }
        // Ranks too rare for Pearson's statistic are counted together.
        let expected = (0..<count).map { sampler.probability(ofRank: $0) * 200_000 }
        let common = expected.prefix { $0 >= 20 }.count
        let rest = expected[common...].reduce(0, +)
        let statistic =
            chiSquare(observed: Array(counts[..<common]), expected: Array(expected[..<common]))
            + (rest < 1
                ? 0 : chiSquare(observed: [counts[common...].reduce(0, +)], expected: [rest]))
        let degrees = Double(common)
        #expect(
            statistic < degrees + 5 * (2 * degrees).squareRoot() + 10,
            "\(Self.laws[law]) over \(count), seed \(seed)"
        )
    }

    @Test func `the head of a zipfian law of a million ranks is within one percent`() {
        let sampler = Zipfian().sampler(count: 1_000_000)
        let zeta = (1...1_000_000).reversed().reduce(0.0) { $0 + 1 / Elementary.power($1, 0.99) }
        #expect(abs(sampler.probability(ofRank: 0) * zeta - 1) < 1e-9)
        let drawn = ranks(Zipfian(), count: 1_000_000, draws: 1_000_000, seed: Seed(11))
        let head = drawn.filter { $0 == 0 }.count
        #expect(abs(Double(head) * zeta / 1_000_000 - 1) < 0.015, "seed 11")
    }

    @Test func `one seed draws the same ranks for good`() {
        #expect(
            ranks(Zipfian(), count: 100_000, draws: 8, seed: Seed(7))
                == ranks(Zipfian(), count: 100_000, draws: 8, seed: Seed(7))
        )
    }

    @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 1000, 65_537])
    func `a permutation is a bijection with its inverse`(count: Int) {
        let permutation = Permutation(count: count, seed: Seed(UInt64(count)))
        var seen = [Bool](repeating: false, count: count)
        for position in 0..<count {
            let element = permutation[position]
            #expect(!seen[element])
            seen[element] = true
            #expect(permutation.position(of: element) == position)
        }
        #expect(count < 16 || (0..<count).contains { permutation[$0] != $0 })
    }

    private func ranks(
        _ law: any Distribution,
        count: Int,
        draws: Int,
        seed: Seed
    ) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var ranks = [Int](repeating: -1, count: draws)
        law.sampler(count: count).fill(&ranks, using: &generator)
        return ranks
    }
}

extension Elementary {
    static func power(_ base: Int, _ exponent: Double) -> Double {
        exp(exponent * log(Double(base)))
    }
}
