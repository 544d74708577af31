/// What a change of the nodes moved, beside what it had to move.
///
/// Count keys, or weigh each shard with its bytes or operations.
public struct DataMovement: Hashable, Sendable, Codable {
    /// All copies, whether they moved or not.
    public private(set) var total = 0.0
    /// Copies that came to a node that did not have them.
    public private(set) var moved = 0.0
    /// Copies whose node left: they have to be made anew somewhere.
    public private(set) var orphaned = 0.0
    /// The part of all weight that the nodes that joined make up.
    private let joinedShare: Double
    private let isReplacement: Bool
    private let left: [UInt32]

    /// - Parameters:
    ///   - before: the nodes before the change.
    ///   - after: the nodes after it.
    ///   - isReplacement: whether those that joined took the places of those that left, whatever a
    ///     fair share would be.
    public init(
        before: [PlacementNode],
        after: [PlacementNode],
        isReplacement: Bool = false
    ) {
        self.isReplacement = isReplacement
        let present = after.map(\.id).sorted()
        let former = before.map(\.id).sorted()
        left = former.filter { !contains($0, in: present) }
        let joined = after.filter { !contains($0.id, in: former) }.reduce(0) { $0 + $1.weight }
        let weight = after.reduce(0) { $0 + $1.weight }
        joinedShare = weight > 0 ? joined / weight : 0
    }

    /// One key or shard: who had its copies and who has them now.
    public mutating func note(
        before: borrowing Span<UInt32>,
        after: borrowing Span<UInt32>,
        amount: Double = 1
    ) {
        total += amount * Double(after.count)
        for index in before.indices where contains(before[index], in: left) { orphaned += amount }
        for index in after.indices {
            var isNew = true
            for other in before.indices where before[other] == after[index] { isNew = false }
            if isNew { moved += amount }
        }
    }

    /// The same change, as seen with other keys.
    public mutating func add(_ other: Self) {
        total += other.total
        moved += other.moved
        orphaned += other.orphaned
    }

    /// The least that any scheme could move and be balanced afterwards: what has lost its node, and
    /// enough to give those that joined their share, or the places that they took.
    public var minimum: Double {
        isReplacement ? orphaned : max(orphaned, total * joinedShare)
    }

    /// Moved in parts of the minimum; nil where nothing had to move.
    public var ratio: Double? { minimum > 0 ? moved / minimum : nil }
}

private func contains(_ id: UInt32, in sorted: [UInt32]) -> Bool {
    var low = 0
    var high = sorted.count
    while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == id
}
