/// A law over the ranks `0 ..< count`, the most likely first.
///
/// A law speaks of ranks; which key has which rank is a matter of `placement` and a `Permutation`,
/// so that scattering the hot keys never bends the law.
public protocol Distribution: Codable, Sendable, Equatable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// Which keys the ranks stand for.
    static var placement: RankPlacement { get }
    /// What may be set; everything has a default.
    static var parameters: [LawParameter<Self>] { get }

    init()

    /// Why these parameters, each in its range, are no law together; nil where they are.
    var contradiction: String? { get }

    /// The sampler of this law over `count` ranks, at least 1; its set-up takes constant time.
    func sampler(count: Int) -> any RankSampler
}

/// Which keys the ranks of a law stand for.
public enum RankPlacement: Sendable, Hashable {
    /// Any, so that hot keys are no neighbours.
    case scattered
    /// The younger, the hotter: rank 0 is the record that was inserted last.
    case newestFirst
    /// Rank and record have the same number.
    case inOrder
}

/// Draws ranks by one law over one count.
public protocol RankSampler: Sendable {
    /// A rank, without allocating.
    ///
    /// - Parameter ordinal: How many were drawn before; only a sequence looks at it.
    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int

    /// Replaces every element by a rank drawn at random: what the law costs beside its arithmetic is
    /// paid once, and draws overlap.
    ///
    /// - Parameter ordinal: How many were drawn before the first.
    func fill(_ ranks: inout [Int], from ordinal: Int, using generator: inout SeededGenerator)

    /// The exact probability of a rank.
    func probability(ofRank rank: Int) -> Double

    /// Lets the law reach over more or fewer ranks, in constant time.
    mutating func resize(to count: Int)
}

extension RankSampler {
    public func fill(
        _ ranks: inout [Int],
        from ordinal: Int,
        using generator: inout SeededGenerator
    ) {
        for index in ranks.indices { ranks[index] = rank(ordinal + index, using: &generator) }
    }
}

extension Distribution {
    public static var placement: RankPlacement { .scattered }
    public static var parameters: [LawParameter<Self>] { [] }
    public var contradiction: String? { nil }
}

/// Every law a workload can name.
public let distributions: [any Distribution.Type] = [
    Uniform.self,
    Zipfian.self,
    Latest.self,
    Hotspot.self,
    Exponential.self,
    Sequential.self,
]
