/// Every rank equally likely.
public struct Uniform: Distribution {
    public static let name = "uniform"

    public init() {}

    public func sampler(count: Int) -> any RankSampler {
        UniformSampler(count: max(1, count))
    }
}

private struct UniformSampler: RankSampler {
    let count: Int

    func fill(_ ranks: inout [Int], using generator: inout SeededGenerator) {
        for index in ranks.indices {
            ranks[index] = generator.next(below: count)
        }
    }

    func probability(ofRank rank: Int) -> Double {
        1 / Double(count)
    }
}
