import Testing

@testable import Determinism

@Suite struct SeededGeneratorTests {
    @Test func `SplitMix64 gives the published numbers`() {
        var generator = SplitMix64(state: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }

    @Test func `xoshiro256** gives the published numbers`() {
        var generator = SeededGenerator(state: (1, 2, 3, 4))
        let expected: [UInt64] = [
            11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
            607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
            10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
        ]
        #expect((0..<10).map { _ in generator.next() } == expected)
    }

    @Test func `one seed gives one stream, and other seeds others`() {
        func stream(_ seed: Seed) -> [UInt64] {
            var generator = SeededGenerator(seed: seed)
            return (0..<8).map { _ in generator.next() }
        }
        #expect(stream(Seed(7)) == stream(Seed(7)))
        #expect(stream(Seed(7)) != stream(Seed(8)))
        #expect(stream(Seed(0)) != stream(Seed(1)))
    }

    @Test func `derived seeds do not collide`() {
        var seen: Set<Seed> = [Seed(7)]
        for index in 0..<10_000 { seen.insert(Seed(7).derived(index)) }
        for index in 0..<10_000 { seen.insert(Seed(7).derived("part \(index)")) }
        for index in 0..<10_000 { seen.insert(Seed(UInt64(index)).derived("keys")) }
        #expect(seen.count == 30_001)
        #expect(Seed(7).derived("a").derived("b") != Seed(7).derived("b").derived("a"))
    }

    @Test func `numbers below a bound are equally likely`() {
        var generator = SeededGenerator(seed: Seed(3))
        var counts = [Int](repeating: 0, count: 13)
        for _ in 0..<130_000 { counts[generator.next(below: 13)] += 1 }
        let statistic = chiSquare(
            observed: counts,
            expected: [Double](repeating: 10_000, count: 13)
        )
        #expect(statistic < 37.0, "12 degrees of freedom exceed 37 once in 4,000 seeds; seed 3")
    }

    @Test func `unit numbers stay below one and fill the interval`() {
        var generator = SeededGenerator(seed: Seed(4))
        let drawn = (0..<10_000).map { _ in generator.nextUnit() }
        #expect(drawn.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(drawn.reduce(0, +) / 10_000 - 0.5) < 0.02, "seed 4")
    }

    @Test func `a shuffle keeps every element and an empty choice is nil`() {
        var generator = SeededGenerator(seed: Seed(5))
        let shuffled = generator.shuffled(Array(0..<100))
        #expect(shuffled.sorted() == Array(0..<100))
        #expect(shuffled != Array(0..<100))
        #expect(generator.element(of: [Int]()) == nil)
        #expect(generator.element(of: [9]) == 9)
    }
}

/// Pearson's statistic.
func chiSquare(observed: [Int], expected: [Double]) -> Double {
    zip(observed, expected).reduce(0) { sum, pair in
        let difference = Double(pair.0) - pair.1
        return sum + difference * difference / pair.1
    }
}
