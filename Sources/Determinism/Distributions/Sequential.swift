/// One rank after the other, and then again.
public struct Sequential: Distribution {
    public static let name = "sequential"
    public static let summary = "one key after the other, and then again"
    public static let placement = RankPlacement.inOrder

    public init() {}

    public func sampler(count: Int) -> any RankSampler {
        SequentialSampler(count: max(1, count))
    }
}

private struct SequentialSampler: RankSampler {
    var count: Int

    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int {
        ordinal % count
    }

    /// Over a whole round.
    func probability(ofRank rank: Int) -> Double {
        1 / Double(count)
    }

    mutating func resize(to count: Int) {
        self.count = max(1, count)
    }
}
