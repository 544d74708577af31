/// Highest random weight (Thaler and Ravishankar, 1998): the nodes with the largest hashes of
/// (key, node), in that order.
///
/// No table and minimal movement, at a cost of one hash per node and lookup.
public struct RendezvousPlacement: PlacementScheme {
    public static let name = "rendezvous"
    public static let summary = "highest random weight (Thaler and Ravishankar)"

    public init() {}

    public func nodes(forHash hash: UInt64, among nodes: [NodeID], count: Int) -> [NodeID] {
        let scored = nodes.map {
            (score: StableHash.hash(hash, seed: UInt64($0.value)), node: $0)
        }
        return scored.sorted { ($1.score, $0.node) < ($0.score, $1.node) }
            .prefix(count).map(\.node)
    }
}
