/// A scheme's placement of many keys before and after a change of the nodes, counted as it goes: no
/// key is kept.
public struct PlacementStudy: Sendable {
    public let keys: Int
    public let replicas: Int
    public private(set) var placed = 0
    private var before: Side
    private var after: Side
    private let members: PlacementMembers
    /// By id: the place among the members, -1 where there is none.
    private var places: [Int32]
    private var firstChoices: [Int]
    private var copies: [Int]
    private var movement: DataMovement
    private var sets: CopySets
    private var hashes: [UInt64]

    /// So many keys are placed at once.
    private static let block = 4_096

    /// The placement before the change, or after it.
    private struct Side {
        let table: any PlacementTable
        let replicas: Int
        var load: PlacedLoad
        /// Of the present block.
        var chosen: [UInt32]

        init(_ table: any PlacementTable, keys: Int, replicas: Int) throws(PlacementError) {
            try table.checkReplicas(replicas)
            self.table = table
            self.replicas = replicas
            load = table.load(keys: keys, replicas: replicas)
            chosen = [UInt32](repeating: 0, count: block * replicas)
        }

        mutating func place(_ hashes: borrowing Span<UInt64>) {
            var chosen = self.chosen
            self.chosen = []
            var span = chosen.mutableSpan
            table.assign(hashes, replicas: replicas, load: &load, into: &span)
            self.chosen = chosen
        }
    }

    /// - Parameters:
    ///   - before: the table of the nodes at first; its ids are below a million.
    ///   - after: the table once nodes joined or left.
    public init(
        before: any PlacementTable,
        after: any PlacementTable,
        keys: Int,
        replicas: Int
    ) throws(PlacementError) {
        self.before = try Side(before, keys: keys, replicas: replicas)
        self.after = try Side(after, keys: keys, replicas: replicas)
        self.keys = keys
        self.replicas = replicas
        members = before.members
        let last = members.nodes[members.count - 1].id
        places = [Int32](repeating: -1, count: Int(last) + 1)
        for (place, node) in members.nodes.enumerated() { places[Int(node.id)] = Int32(place) }
        firstChoices = [Int](repeating: 0, count: members.count)
        copies = firstChoices
        movement = DataMovement(before: members.nodes, after: after.members.nodes)
        sets = CopySets(replicas: replicas)
        hashes = [UInt64](repeating: 0, count: Self.block)
    }

    public var isComplete: Bool { placed == keys }

    /// Places the next keys, some thousands of them.
    public mutating func advance() {
        let count = min(Self.block, keys - placed)
        if count < hashes.count { hashes.removeLast(hashes.count - count) }
        for index in 0..<count { hashes[index] = StableHash.hash(UInt64(placed + index)) }
        let block = hashes
        before.place(block.span)
        after.place(block.span)
        let (old, new) = (before.chosen, after.chosen)
        for index in 0..<count {
            let range = index * replicas..<(index + 1) * replicas
            note(old.span.extracting(range), new.span.extracting(range))
        }
        placed += count
    }

    private mutating func note(_ old: borrowing Span<UInt32>, _ new: borrowing Span<UInt32>) {
        firstChoices[Int(places[Int(old[0])])] += 1
        for index in old.indices { copies[Int(places[Int(old[index])])] += 1 }
        movement.note(before: old, after: new)
        sets.add(old)
    }

    /// What came of it once it is complete; nil without keys.
    public var result: Result? {
        let weights = members.nodes.map(\.weight)
        guard let first = LoadBalance(firstChoices.map(Double.init), weights: weights),
            let all = LoadBalance(copies.map(Double.init), weights: weights)
        else { return nil }
        return Result(
            firstChoices: first,
            copies: all,
            movement: movement,
            sets: sets.summary(nodes: members.count)
        )
    }

    public struct Result: Sendable {
        public var firstChoices: LoadBalance
        public var copies: LoadBalance
        public var movement: DataMovement
        public var sets: CopySets.Summary
    }
}
