/// A scheme that gives each key or shard an ordered list of distinct nodes.
///
/// The type is its configuration; a new scheme is one file in this folder and one line below.
public protocol PlacementScheme: Codable, Sendable {
    /// As plans name it.
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }

    init()

    /// The nodes of one key, the first choice first.
    ///
    /// - Parameters:
    ///   - hash: the key's 64-bit hash; a shard's is `shardHash(_:)`.
    ///   - nodes: at least one, in ascending order.
    ///   - count: at most `nodes.count`.
    func nodes(forHash hash: UInt64, among nodes: [NodeID], count: Int) -> [NodeID]

    /// The nodes of every shard at once, for schemes that build a table first.
    func nodes(forShards shardCount: Int, among nodes: [NodeID], count: Int) -> [[NodeID]]
}

/// Every scheme that a plan or a coordinator can name.
public let placementSchemes: [any PlacementScheme.Type] = [
    ModuloPlacement.self,
    RingPlacement.self,
    RendezvousPlacement.self,
]

/// Why a placement cannot be made.
public enum PlacementError: Error, Equatable {
    case moreReplicasThanNodes(replicas: Int, nodes: Int)
    case noReplicas
}

extension PlacementScheme {
    /// A shard's hash: shards are placed as keys named by their number would be.
    public static func shardHash(_ shard: Int) -> UInt64 { StableHash.hash(UInt64(shard)) }

    public func nodes(forShards shardCount: Int, among nodes: [NodeID], count: Int) -> [[NodeID]] {
        (0..<shardCount).map {
            self.nodes(forHash: Self.shardHash($0), among: nodes, count: count)
        }
    }

    /// Places every shard; the order of `nodes` does not matter.
    public func place(
        shards: Int,
        on nodes: [NodeID],
        replicas: Int
    ) throws(PlacementError) -> [[NodeID]] {
        guard replicas > 0 else { throw .noReplicas }
        guard replicas <= nodes.count else {
            throw .moreReplicasThanNodes(replicas: replicas, nodes: nodes.count)
        }
        return self.nodes(forShards: shards, among: nodes.sorted(), count: replicas)
    }
}
