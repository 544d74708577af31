/// Which node has which bucket, for schemes whose buckets outlive the nodes.
struct BucketDirectory: Sendable {
    /// By bucket; what stands in an empty one means nothing.
    private(set) var ids: [UInt32] = []
    private(set) var domains: FaultDomains
    private var nodes: [PlacementNode?] = []
    private var buckets: [UInt32: UInt32] = [:]
    private var namesZones: Bool
    /// Of every node: these schemes know no other.
    let weight: Double

    /// The members get the first buckets, in their order.
    init(_ members: PlacementMembers) {
        domains = FaultDomains(members)
        ids = members.nodes.map(\.id)
        nodes = members.nodes
        namesZones = nodes.contains { $0?.zone != PlacementNode.sharedZone }
        weight = members.nodes[0].weight
        buckets.reserveCapacity(ids.count)
        for (bucket, id) in ids.enumerated() { buckets[id] = UInt32(bucket) }
    }

    var count: Int { buckets.count }

    func bucket(of id: UInt32) -> UInt32? { buckets[id] }

    /// In the order of the ids, as everywhere.
    var sortedNodes: [PlacementNode] { nodes.compactMap { $0 }.sorted { $0.id < $1.id } }

    /// Gives an empty bucket, at most one behind the last, to a node that has none.
    mutating func bind(_ node: PlacementNode, to bucket: UInt32) {
        if Int(bucket) == ids.count {
            ids.append(node.id)
            nodes.append(node)
        } else {
            ids[Int(bucket)] = node.id
            nodes[Int(bucket)] = node
        }
        buckets[node.id] = bucket
        namesZones = namesZones || node.zone != PlacementNode.sharedZone
        updateDomains()
    }

    mutating func release(_ id: UInt32) {
        guard let bucket = buckets.removeValue(forKey: id) else { return }
        nodes[Int(bucket)] = nil
        updateDomains()
    }

    /// Where nobody named a zone, a change takes constant time.
    private mutating func updateDomains() {
        if namesZones { domains = FaultDomains(nodes.map { $0?.zone }) }
    }

    var byteCount: Int { ids.count * MemoryLayout<UInt32>.size + domains.byteCount }
}
