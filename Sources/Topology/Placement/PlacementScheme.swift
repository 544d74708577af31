/// A scheme that gives each key or shard an ordered list of different nodes.
///
/// The type is its configuration; a new scheme is one file in this folder and one line below.
public protocol PlacementScheme: Codable, Sendable {
    associatedtype Table: PlacementTable

    /// As plans name it.
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// What may be asked of it; plans are checked against this.
    static var capabilities: PlacementCapabilities { get }

    init()

    /// A shard's hash; unless a scheme says otherwise, shards are placed as keys named by their
    /// number would be.
    static func shardHash(_ shard: Int) -> UInt64

    /// Weights that the scheme cannot honour are refused before this is called.
    func build(for members: PlacementMembers) throws(PlacementError) -> Table
}

/// Every scheme that a plan or a coordinator can name.
public let placementSchemes: [any PlacementScheme.Type] = [
    ModuloPlacement.self,
    RingPlacement.self,
    BoundedRingPlacement.self,
    RendezvousPlacement.self,
    JumpPlacement.self,
    MaglevPlacement.self,
    MultiProbePlacement.self,
    AnchorPlacement.self,
    MementoPlacement.self,
]

/// What a scheme can do, and what it promises.
public struct PlacementCapabilities: Equatable, Sendable {
    public var weights: Weights
    public var movement: Movement
    /// Whether the placement follows from the history of the nodes, not from the nodes alone.
    public var keepsState: Bool
    /// Whether a key's place depends on the keys that were placed before it.
    public var looksAtLoads: Bool

    /// How nodes of unequal size are treated.
    public enum Weights: Equatable, Sendable {
        /// All nodes count the same; plans that say otherwise are refused.
        case none
        /// A node's load is in proportion to its weight.
        case proportional
    }

    /// What a change of one node may move, from the strongest promise to none.
    public enum Movement: Equatable, Sendable {
        /// A copy moves only to a node that joined, or from one that left.
        case minimal
        /// So does the first choice. A further one may also move where two choices of a key met, a
        /// share that falls with the number of nodes.
        case minimalFirstChoice
        /// As first choices of `minimalFirstChoice`, but only the last node can leave so.
        case minimalAtTheEnd
        /// A small part moves beside what must.
        case nearlyMinimal
        /// Nearly everything moves.
        case unbounded
    }

    public init(
        weights: Weights,
        movement: Movement,
        keepsState: Bool = false,
        looksAtLoads: Bool = false
    ) {
        self.weights = weights
        self.movement = movement
        self.keepsState = keepsState
        self.looksAtLoads = looksAtLoads
    }
}

/// Why a placement cannot be made.
public enum PlacementError: Error, Equatable {
    case noNodes
    case noReplicas
    case moreReplicasThanNodes(replicas: Int, nodes: Int)
    case duplicateNode(UInt32)
    case unknownNode(UInt32)
    case weightOutOfRange(node: UInt32)
    case weightsUnsupported(scheme: String)
    /// The scheme was given room for so many nodes when it was first built.
    case capacityReached(Int)
    /// A setting of the scheme, and what it must be.
    case settingOutOfRange(String)
}

extension PlacementScheme {
    public static func shardHash(_ shard: Int) -> UInt64 { StableHash.hash(UInt64(shard)) }

    /// The scheme's table for these nodes.
    public func table(for members: PlacementMembers) throws(PlacementError) -> Table {
        if members.areWeighted, Self.capabilities.weights == .none {
            throw .weightsUnsupported(scheme: Self.name)
        }
        return try build(for: members)
    }

    /// Places every shard; the order of `nodes` does not matter.
    public func place(
        shards: Int,
        on nodes: [PlacementNode],
        replicas: Int
    ) throws(PlacementError) -> [[NodeID]] {
        guard replicas > 0 else { throw .noReplicas }
        guard replicas <= nodes.count else {
            throw .moreReplicasThanNodes(replicas: replicas, nodes: nodes.count)
        }
        let table = try table(for: PlacementMembers(nodes))
        let placed = try table.place((0..<shards).map(Self.shardHash), replicas: replicas)
        return (0..<shards).map { shard in
            placed[shard * replicas..<(shard + 1) * replicas].map {
                NodeID(UInt16(truncatingIfNeeded: $0))
            }
        }
    }

    /// Places every shard on nodes of equal weight without zones.
    public func place(
        shards: Int,
        on nodes: [NodeID],
        replicas: Int
    ) throws(PlacementError) -> [[NodeID]] {
        try place(shards: shards, on: nodes.map { PlacementNode($0) }, replicas: replicas)
    }
}
