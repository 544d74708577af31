/// Maglev hashing (Eisenbud et al., "Maglev: a fast and reliable software network load balancer", NSDI
/// 2016): the nodes take turns in filling a table, each by its own permutation of the entries.
///
/// One lookup in the table; the load is even to one part in a hundred, by the paper's rule that the
/// table has a prime number of entries above 100 times the nodes. A change moves a few keys in a
/// hundred beside those that must, and builds the table anew. Weights are the frequency of turns.
/// Choose it where lookups are many, changes few, and a cache miss is no disaster.
public struct MaglevPlacement: PlacementScheme {
    public static let name = "maglev"
    public static let summary = "Maglev's lookup table (Eisenbud et al.)"
    public static let capabilities = PlacementCapabilities(
        weights: .proportional,
        movement: .nearlyMinimal
    )

    /// The least number of entries; the paper's own choice.
    public var entries = 65_537
    /// The entries of the largest table, 64 MB of them.
    ///
    /// Nodes beyond a hundredth of them, 167,772, are balanced less evenly than the rule demands.
    public static let mostEntries = 16_777_213

    public init() {}

    public func build(for members: PlacementMembers) throws(PlacementError) -> Table {
        guard entries > 0, entries <= Self.mostEntries else {
            throw .settingOutOfRange("entries are between 1 and \(Self.mostEntries)")
        }
        let size = tableSize(for: members.count)
        guard size >= members.count else { throw .capacityReached(size) }
        return Table(self, size, members)
    }

    /// A prime above 100 times the nodes.
    ///
    /// Sizes grow in steps of ten, since another size moves nearly everything.
    public func tableSize(for nodeCount: Int) -> Int {
        var size = entries
        while size <= 100 * nodeCount { size *= 10 }
        size = min(size, Self.mostEntries)
        while !isPrime(size) { size += 1 }
        return size
    }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let scheme: MaglevPlacement
        /// The slot of each entry.
        private let entries: [UInt32]
        private let ids: [UInt32]
        private let domains: FaultDomains

        init(_ scheme: MaglevPlacement, _ size: Int, _ members: PlacementMembers) {
            self.members = members
            self.scheme = scheme
            ids = members.nodes.map(\.id)
            domains = FaultDomains(members)
            entries = Self.populated(size, members)
        }

        /// Each node's entries, in the order of `members`: the parts of all keys by their first choice.
        public var entryCounts: [Int] {
            entries.reduce(into: [Int](repeating: 0, count: ids.count)) { $0[Int($1)] += 1 }
        }

        private static func populated(_ size: Int, _ members: PlacementMembers) -> [UInt32] {
            struct Turn {
                var position: UInt32
                let step: UInt32
                let weight: Double
                var credit = 0.0
            }
            let bound = UInt32(size)
            let heaviest = members.nodes.reduce(0) { max($0, $1.weight) }
            var turns = members.nodes.map { node in
                Turn(
                    position: UInt32(StableHash.hash(UInt64(node.id), seed: 1) % UInt64(bound)),
                    step: UInt32(
                        StableHash.hash(UInt64(node.id), seed: 2) % UInt64(max(1, bound - 1)) + 1
                    ),
                    weight: node.weight / heaviest
                )
            }
            var entries = [UInt32](repeating: .max, count: size)
            var left = size
            while true {
                for slot in turns.indices {
                    turns[slot].credit += turns[slot].weight
                    guard turns[slot].credit >= 1 else { continue }
                    turns[slot].credit -= 1
                    var position = turns[slot].position
                    let step = turns[slot].step
                    while entries[Int(position)] != .max {
                        position += step
                        if position >= bound { position -= bound }
                    }
                    entries[Int(position)] = UInt32(slot)
                    turns[slot].position = position
                    left -= 1
                    if left == 0 { return entries }
                }
            }
        }

        public func first(_ hash: UInt64) -> UInt32 {
            ids[Int(entries[Int(hash % UInt64(entries.count))])]
        }

        /// Further choices are looked up by further hashes: the entries that follow would favour nodes
        /// whose permutation takes large steps.
        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            let entries = entries.span
            chooseByRehashing(hash, into: &chosen, in: domains) { hash in
                entries[Int(hash % UInt64(entries.count))]
            }
            replaceSlots(in: &chosen, by: ids)
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = try scheme.table(for: members.applying(change))
        }

        public var byteCount: Int {
            (entries.count + ids.count) * MemoryLayout<UInt32>.size + domains.byteCount
        }
    }
}

private func isPrime(_ number: Int) -> Bool {
    guard number > 3 else { return number > 1 }
    var divisor = 2
    while divisor * divisor <= number {
        if number % divisor == 0 { return false }
        divisor += 1
    }
    return true
}
