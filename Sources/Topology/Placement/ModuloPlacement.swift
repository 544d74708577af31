/// The textbook's h(k) = (k mod p) + 1: node k mod p, and its successors as replicas.
///
/// Perfectly balanced for shards, and the baseline for movement: a change of p moves almost
/// everything.
public struct ModuloPlacement: PlacementScheme {
    public static let name = "modulo"
    public static let summary = "hash modulo the number of nodes; a change moves almost everything"

    public init() {}

    public func nodes(forHash hash: UInt64, among nodes: [NodeID], count: Int) -> [NodeID] {
        let first = Int(hash % UInt64(nodes.count))
        return (0..<count).map { nodes[(first + $0) % nodes.count] }
    }

    /// A shard's number is its key, as the formula has it: consecutive shards, consecutive nodes.
    public func nodes(forShards shardCount: Int, among nodes: [NodeID], count: Int) -> [[NodeID]] {
        (0..<shardCount).map { self.nodes(forHash: UInt64($0), among: nodes, count: count) }
    }
}
