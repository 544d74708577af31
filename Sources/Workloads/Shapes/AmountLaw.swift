public import Determinism

/// How much of something there is each time: always the same, anywhere in a range by a law, or one of
/// a weighted list.
///
/// Bytes of keys and values are such amounts, and milliseconds of a lifetime.
public enum AmountLaw: Sendable, Equatable {
    case fixed(Int)
    /// By the law's ranks, from the least up: under `zipfian` the least is the most likely.
    case range(ClosedRange<Int>, AnyDistribution)
    case weighted([Choice])

    public struct Choice: Sendable, Equatable {
        public var amount: Int
        /// Above 0; in what unit does not matter.
        public var weight: Double

        public init(amount: Int, weight: Double) {
            self.amount = amount
            self.weight = weight
        }
    }

    public static func uniform(_ range: ClosedRange<Int>) -> Self {
        .range(range, AnyDistribution(Uniform()))
    }

    public var least: Int {
        switch self {
        case .fixed(let amount): amount
        case .range(let range, _): range.lowerBound
        case .weighted(let choices): choices.map(\.amount).min() ?? 0
        }
    }

    public var greatest: Int {
        switch self {
        case .fixed(let amount): amount
        case .range(let range, _): range.upperBound
        case .weighted(let choices): choices.map(\.amount).max() ?? 0
        }
    }

    /// nil where the amount varies.
    public var only: Int? { least == greatest ? least : nil }

    public var sampler: AmountSampler { AmountSampler(self) }
}

/// Draws amounts by one law.
public struct AmountSampler: Sendable {
    private let law: Form

    private enum Form: Sendable {
        case fixed(Int)
        case range(least: Int, ranks: any RankSampler)
        case weighted(amounts: [Int], bounds: [Double])
    }

    init(_ law: AmountLaw) {
        switch law {
        case .fixed(let amount):
            self.law = .fixed(amount)
        case .range(let range, let distribution):
            let ranks = distribution.base.sampler(count: range.count)
            self.law = .range(least: range.lowerBound, ranks: ranks)
        case .weighted(let choices):
            let total = choices.reduce(0) { $0 + $1.weight }
            var (bounds, sum) = ([Double](), 0.0)
            for choice in choices {
                sum += choice.weight / total
                bounds.append(sum)
            }
            self.law = .weighted(amounts: choices.map(\.amount), bounds: bounds)
        }
    }

    /// nil where the amount varies.
    var only: Int? {
        if case .fixed(let amount) = law { amount } else { nil }
    }

    /// An amount, without allocating.
    public func next(using generator: inout SeededGenerator) -> Int {
        switch law {
        case .fixed(let amount): return amount
        case .range(let least, let ranks): return least + ranks.rank(0, using: &generator)
        case .weighted(let amounts, let bounds):
            let unit = generator.nextUnit()
            var index = 0
            while index + 1 < amounts.count, unit >= bounds[index] { index += 1 }
            return amounts[index]
        }
    }

    /// The exact probability of an amount.
    public func probability(of amount: Int) -> Double {
        switch law {
        case .fixed(let only): return amount == only ? 1 : 0
        case .range(let least, let ranks): return ranks.probability(ofRank: amount - least)
        case .weighted(let amounts, let bounds):
            return amounts.indices.reduce(0) { sum, index in
                let lower = index == 0 ? 0 : bounds[index - 1]
                return amounts[index] == amount ? sum + bounds[index] - lower : sum
            }
        }
    }
}
