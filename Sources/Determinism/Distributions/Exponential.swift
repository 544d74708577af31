/// Each rank less likely than the one before by the same factor: the newest records, mostly.
///
/// YCSB's defaults: 95 % of the requests go to the newest 85.7 % of the records.
public struct Exponential: Distribution {
    public static let name = "exponential"
    public static let summary = "the newest keys, less and less likely with their age"
    public static let placement = RankPlacement.newestFirst

    /// The part of the draws that falls on the first `keys`.
    public var operations = 0.95
    /// A part of the ranks.
    public var keys = 0.857_142_857_1

    public static let parameters: [LawParameter<Self>] = [
        LawParameter(
            "operations",
            \.operations,
            in: 0.01...0.999_999,
            "the part of the requests that the newest keys take"
        ),
        LawParameter("keys", \.keys, in: 1e-6...1, "the part of the keys that these are"),
    ]

    public init() {}

    public func sampler(count: Int) -> any RankSampler {
        ExponentialSampler(law: self, count: max(1, count))
    }
}

private struct ExponentialSampler: RankSampler {
    private let law: Exponential
    private var count = 1
    /// By how much the logarithm of the probability falls from rank to rank.
    private var decay = 1.0
    /// Of the untruncated law, what falls on ranks below `count`.
    private var mass = 1.0

    init(law: Exponential, count: Int) {
        self.law = law
        resize(to: count)
    }

    mutating func resize(to count: Int) {
        self.count = max(1, count)
        decay = -Elementary.log1p(-law.operations) / (law.keys * Double(self.count))
        mass = -Elementary.expm1(max(-decay * Double(self.count), -700))
    }

    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int {
        let rank = -Elementary.log1p(-generator.nextUnit() * mass) / decay
        return min(Int(rank), count - 1)
    }

    func probability(ofRank rank: Int) -> Double {
        let start = Elementary.exp(max(-decay * Double(rank), -700))
        return start * -Elementary.expm1(-min(decay, 700)) / mass
    }
}
