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

    @Test func `the head of a zipfian law of a million ranks is within one percent`() {
        let sampler = Zipfian().sampler(count: 1_000_000)
        let zeta = (1...1_000_000).reversed().reduce(0.0) { $0 + 1 / Elementary.power($1, 0.99) }
        #expect(abs(sampler.probability(ofRank: 0) * zeta - 1) < 1e-9)
        let drawn = ranks(Zipfian(), count: 1_000_000, draws: 2_000_000, seed: Seed(11))
        let head = drawn.filter { $0 == 0 }.count
        #expect(abs(Double(head) * zeta / 2_000_000 - 1) < 0.01, "seed 11")
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
        law.sampler(count: count).fill(&ranks, from: 0, using: &generator)
        return ranks
    }
}

extension Elementary {
    static func power(_ base: Int, _ exponent: Double) -> Double {
        exp(exponent * log(Double(base)))
    }
}
