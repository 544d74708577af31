/// A node as placement sees it.
public struct PlacementNode: Hashable, Sendable, Codable {
    /// What the node is hashed by; it never changes.
    public var id: UInt32
    /// Its share of the load, beside those of the others; above 0.
    public var weight: Double
    /// The fault domain that it fails with.
    public var zone: UInt32

    /// The number of the zone that a node is in unless another one is given.
    public static let sharedZone: UInt32 = 0

    public init(_ id: UInt32, weight: Double = 1, zone: UInt32 = Self.sharedZone) {
        self.id = id
        self.weight = weight
        self.zone = zone
    }

    public init(_ id: NodeID, weight: Double = 1, zone: UInt32 = Self.sharedZone) {
        self.init(UInt32(id.value), weight: weight, zone: zone)
    }
}

/// One node joins or leaves.
public enum MembershipChange: Hashable, Sendable, Codable {
    case add(PlacementNode)
    case remove(UInt32)
}

/// The nodes of one placement: at least one, all different, ascending by id.
public struct PlacementMembers: Equatable, Sendable {
    public let nodes: [PlacementNode]

    /// The order of `nodes` does not matter.
    public init(_ nodes: [PlacementNode]) throws(PlacementError) {
        guard !nodes.isEmpty else { throw .noNodes }
        let sorted = nodes.sorted { $0.id < $1.id }
        for (node, next) in zip(sorted, sorted.dropFirst()) where node.id == next.id {
            throw .duplicateNode(node.id)
        }
        for node in sorted where !(node.weight > 0 && node.weight.isFinite) {
            throw .weightOutOfRange(node: node.id)
        }
        self.nodes = sorted
    }

    /// Nodes that were checked before.
    init(sorted nodes: [PlacementNode]) { self.nodes = nodes }

    public var count: Int { nodes.count }

    /// Whether one weight is unlike another.
    public var areWeighted: Bool { nodes.contains { $0.weight != nodes[0].weight } }

    public var totalWeight: Double { nodes.reduce(0) { $0 + $1.weight } }

    /// The members once `change` has happened.
    public func applying(_ change: MembershipChange) throws(PlacementError) -> Self {
        switch change {
        case .add(let node): return try Self(nodes + [node])
        case .remove(let id):
            let rest = nodes.filter { $0.id != id }
            guard rest.count < nodes.count else { throw .unknownNode(id) }
            return try Self(rest)
        }
    }
}
