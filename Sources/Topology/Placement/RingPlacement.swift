/// Consistent hashing on a ring with virtual nodes (Karger et al., 1997): a key belongs to the nodes
/// whose points follow its hash, clockwise.
public struct RingPlacement: PlacementScheme {
    public static let name = "ring"
    public static let summary = "consistent hashing with virtual nodes (Karger et al.)"

    /// Points of each node; the standard error of the load falls with its square root.
    public var virtualNodes = 160

    public init() {}

    public func nodes(forHash hash: UInt64, among nodes: [NodeID], count: Int) -> [NodeID] {
        walk(points(of: nodes), from: hash, count: count)
    }

    public func nodes(forShards shardCount: Int, among nodes: [NodeID], count: Int) -> [[NodeID]] {
        let points = points(of: nodes)
        return (0..<shardCount).map { walk(points, from: Self.shardHash($0), count: count) }
    }

    private struct Point {
        var hash: UInt64
        var node: NodeID
    }

    private func points(of nodes: [NodeID]) -> [Point] {
        var points: [Point] = []
        points.reserveCapacity(nodes.count * virtualNodes)
        for node in nodes {
            for number in 0..<virtualNodes {
                let hash = StableHash.hash(UInt64(number), seed: UInt64(node.value))
                points.append(Point(hash: hash, node: node))
            }
        }
        // Equal hashes are ordered by node, so that the ring does not depend on insertion order.
        return points.sorted { ($0.hash, $0.node) < ($1.hash, $1.node) }
    }

    private func walk(_ points: [Point], from hash: UInt64, count: Int) -> [NodeID] {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        var chosen: [NodeID] = []
        var step = 0
        while chosen.count < count, step < points.count {
            let node = points[(low + step) % points.count].node
            if !chosen.contains(node) { chosen.append(node) }
            step += 1
        }
        return chosen
    }
}
