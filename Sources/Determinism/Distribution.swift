/// A law over the ranks `0 ..< count`, the most likely first.
///
/// A law speaks of ranks; which key has which rank is a `Permutation`'s business, so that
/// scattering the hot keys never bends the law.
public protocol Distribution: Codable, Sendable, Equatable {
    static var name: String { get }

    init()

    /// The sampler of this law over `count` ranks, at least 1; its set-up takes constant time.
    func sampler(count: Int) -> any RankSampler
}

/// Draws ranks by one law over one count.
public protocol RankSampler: Sendable {
    /// Replaces every element by a rank drawn at random; by the array, so that the law costs one
    /// dynamic call a batch.
    func fill(_ ranks: inout [Int], using generator: inout SeededGenerator)

    /// The exact probability of a rank.
    func probability(ofRank rank: Int) -> Double
}

/// Every law a workload can name.
public let distributions: [any Distribution.Type] = [
    Uniform.self,
    Zipfian.self,
]
