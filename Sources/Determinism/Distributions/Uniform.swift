/// Every rank equally likely.
public struct Uniform: Distribution {
    public static let name = "uniform"
    public static let summary = "every key equally likely"

    public init() {}

    public func sampler(count: Int) -> any RankSampler {
        UniformSampler(count: max(1, count))
    }
}

private struct UniformSampler: RankSampler {
    var count: Int

    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int {
        generator.next(below: count)
    }

    func probability(ofRank rank: Int) -> Double {
        1 / Double(count)
    }

    mutating func resize(to count: Int) {
        self.count = max(1, count)
    }
}
