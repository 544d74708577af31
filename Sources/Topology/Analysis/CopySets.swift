/// Which sets of nodes hold all copies of some key (Cidon et al., "Copysets: reducing the frequency of
/// data loss in cloud storage", 2013): data is lost when all nodes of one of them die.
///
/// Few sets make a loss rare and large, many make it likely and small; what is lost on average is
/// the same.
public struct CopySets: Sendable {
    private var sets: [UInt64] = []
    private var counts: [UInt32] = []
    public private(set) var distinct = 0
    public private(set) var keys = 0
    private let replicas: Int
    private var scratch: [UInt32]

    /// No set of nodes has this number.
    private static let empty = UInt64.max

    public init(replicas: Int) {
        self.replicas = replicas
        scratch = [UInt32](repeating: 0, count: replicas)
        sets = [UInt64](repeating: Self.empty, count: 1_024)
        counts = [UInt32](repeating: 0, count: 1_024)
    }

    /// Counts the set of one key, in any order; `chosen` has as many nodes as there are replicas.
    public mutating func add(_ chosen: borrowing Span<UInt32>) {
        for index in chosen.indices {
            var place = index
            while place > 0, scratch[place - 1] > chosen[index] {
                scratch[place] = scratch[place - 1]
                place -= 1
            }
            scratch[place] = chosen[index]
        }
        keys += 1
        if distinct * 3 >= sets.count * 2 { grow() }
        count(number, 1)
    }

    /// Chances that two of a hundred million sets share a number: 1 in 3,700.
    private var number: UInt64 {
        var number: UInt64 = 0
        for id in scratch { number = StableHash.hash(UInt64(id), seed: number) }
        return number == Self.empty ? 0 : number
    }

    private mutating func count(_ set: UInt64, _ times: UInt32) {
        let mask = sets.count - 1
        var index = Int(truncatingIfNeeded: set) & mask
        while sets[index] != set, sets[index] != Self.empty { index = (index + 1) & mask }
        if sets[index] == Self.empty {
            sets[index] = set
            distinct += 1
        }
        counts[index] += times
    }

    private mutating func grow() {
        let (oldSets, oldCounts) = (sets, counts)
        sets = [UInt64](repeating: Self.empty, count: 2 * oldSets.count)
        counts = [UInt32](repeating: 0, count: 2 * oldSets.count)
        distinct = 0
        for (set, times) in zip(oldSets, oldCounts) where set != Self.empty { count(set, times) }
    }

    /// What remains of the counts once all keys are in.
    public struct Summary: Hashable, Sendable, Codable {
        public var distinct: Int
        /// How many sets of so many nodes there are.
        public var possible: Double
        /// The chance that as many nodes as there are replicas, dying together, take some key along.
        public var lossChance: Double
        /// The part of all keys that goes with the set that holds the most.
        public var largestShare: Double
        /// The part of all keys that goes with a set on average.
        public var meanShare: Double
    }

    public func summary(nodes: Int) -> Summary {
        var possible = 1.0
        for index in 0..<replicas { possible *= Double(nodes - index) / Double(index + 1) }
        let largest = counts.reduce(0, max)
        return Summary(
            distinct: distinct,
            possible: possible,
            lossChance: possible > 0 ? min(1, Double(distinct) / possible) : 0,
            largestShare: keys > 0 ? Double(largest) / Double(keys) : 0,
            meanShare: distinct > 0 ? 1 / Double(distinct) : 0
        )
    }
}
