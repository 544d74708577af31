/// Which nodes take part in placement, and how they came to.
///
/// Schemes place shards on seats. A seat is named after the node that first took it; a node that
/// replaces another one takes its seat over, so that nothing moves but what the other one held.
public struct Membership: Equatable, Sendable {
    /// The seats that the scheme's table is first built for, ascending by id.
    public private(set) var founders: [PlacementNode]
    /// What came and went since, in order; empty unless the scheme keeps state.
    public private(set) var changes: [MembershipChange]
    /// Seats that are held by another node than they are named after, ascending by seat.
    public private(set) var heirs: [SeatHolder]
    /// How often operators changed it since the cluster was created.
    public private(set) var generation: UInt32 = 0

    public struct SeatHolder: Equatable, Sendable {
        public var seat: UInt32
        public var node: NodeID

        public init(seat: UInt32, node: NodeID) {
            self.seat = seat
            self.node = node
        }
    }

    /// Seats of nodes whose own number is taken begin above every node's number.
    private static let firstSpareSeat = UInt32(UInt16.max) + 1

    /// The order of `nodes` does not matter.
    public init(_ nodes: [PlacementNode] = []) {
        self.init(founders: nodes, changes: [], heirs: [])
    }

    init(
        founders: [PlacementNode],
        changes: [MembershipChange],
        heirs: [SeatHolder],
        generation: UInt32 = 0
    ) {
        self.generation = generation
        self.founders = founders.sorted { $0.id < $1.id }
        self.changes = changes
        self.heirs = heirs
    }

    public var isEmpty: Bool { founders.isEmpty }

    /// The seats there are now, ascending by id.
    public var seats: [PlacementNode] {
        var seats = founders
        for change in changes {
            switch change {
            case .add(let seat): seats.append(seat)
            case .remove(let id): seats.removeAll { $0.id == id }
            }
        }
        return seats.sorted { $0.id < $1.id }
    }

    /// The nodes that hold a seat, ascending.
    public var nodes: [NodeID] { seats.map { holder(of: $0.id) }.sorted() }

    public func contains(_ node: NodeID) -> Bool { seat(of: node) != nil }

    /// What a node brings with it; nil for one that holds no seat.
    public func seat(of node: NodeID) -> PlacementNode? {
        seats.first { holder(of: $0.id) == node }
    }

    func holder(of seat: UInt32) -> NodeID {
        heirs.first { $0.seat == seat }?.node ?? NodeID(UInt16(truncatingIfNeeded: seat))
    }

    /// A node takes a seat of its own; nothing happens where it has one.
    public mutating func add(_ node: NodeID, weight: Double = 1, zone: UInt32 = 0) {
        guard !contains(node) else { return }
        let taken = seats.map(\.id)
        var seat = UInt32(node.value)
        if taken.contains(seat) {
            seat = Self.firstSpareSeat
            while taken.contains(seat) { seat += 1 }
        }
        generation += 1
        changes.append(.add(PlacementNode(seat, weight: weight, zone: zone)))
        hand(seat, to: node)
    }

    /// A node's seat goes.
    public mutating func remove(_ node: NodeID) {
        guard let seat = seat(of: node) else { return }
        generation += 1
        changes.append(.remove(seat.id))
        heirs.removeAll { $0.seat == seat.id }
    }

    /// A node's seat goes to one that has none.
    public mutating func replace(_ node: NodeID, with successor: NodeID) {
        guard let seat = seat(of: node), !contains(successor) else { return }
        generation += 1
        hand(seat.id, to: successor)
    }

    /// Gives a node's seat another weight; only for schemes that keep no state.
    public mutating func reweigh(_ node: NodeID, to weight: Double) {
        guard let seat = seat(of: node) else { return }
        generation += 1
        founders = seats.map { old in
            var new = old
            if old.id == seat.id { new.weight = weight }
            return new
        }
        changes = []
    }

    private mutating func hand(_ seat: UInt32, to node: NodeID) {
        heirs.removeAll { $0.seat == seat }
        guard seat != UInt32(node.value) else { return }
        let place = heirs.firstIndex { $0.seat > seat } ?? heirs.count
        heirs.insert(SeatHolder(seat: seat, node: node), at: place)
    }

    /// Forgets an order of changes that the scheme does not look at.
    public mutating func simplify(for scheme: any PlacementScheme) {
        guard !type(of: scheme).capabilities.keepsState else { return }
        founders = seats
        changes = []
    }

    /// Who holds each shard, the first choice first.
    public func place(
        shards: Int,
        by scheme: some PlacementScheme,
        replicas: Int
    ) throws(PlacementError) -> [[NodeID]] {
        guard replicas > 0 else { throw .noReplicas }
        let type = type(of: scheme)
        var table = try scheme.table(for: PlacementMembers(founders))
        if type.capabilities.keepsState {
            for change in changes { try table.apply(change) }
        } else if !changes.isEmpty {
            table = try scheme.table(for: PlacementMembers(seats))
        }
        let hashes = (0..<shards).map(type.shardHash)
        let placed = try table.place(hashes, replicas: replicas)
        return (0..<shards).map { shard in
            placed[shard * replicas..<(shard + 1) * replicas].map(holder)
        }
    }
}

/// A change of the membership that is being carried out, shard by shard.
public struct MembershipOperation: Equatable, Sendable {
    public var kind: Kind
    /// What to go back to when it is cancelled.
    public var former: Membership
    /// Nodes that the map named for the first time with it.
    public var newcomers: [NodeID]
    /// Nodes that the map stops naming when it is done.
    public var forgets: [NodeID]
    /// Whether every shard's first choice is to reign in the end, wherever it can.
    public var alignsPrimaries: Bool

    public enum Kind: UInt8, Sendable, CaseIterable {
        case add = 1
        case remove
        case drain
        case replace
        case rebalance
        /// Back to what was before an operation that was not finished.
        case cancel

        /// As commands name it.
        public var name: String {
            switch self {
            case .add: "add"
            case .remove: "remove"
            case .drain: "drain"
            case .replace: "replace"
            case .rebalance: "rebalance"
            case .cancel: "cancel"
            }
        }
    }

    public init(
        kind: Kind,
        former: Membership,
        newcomers: [NodeID] = [],
        forgets: [NodeID] = [],
        alignsPrimaries: Bool = false
    ) {
        self.kind = kind
        self.former = former
        self.newcomers = newcomers
        self.forgets = forgets
        self.alignsPrimaries = alignsPrimaries
    }
}
