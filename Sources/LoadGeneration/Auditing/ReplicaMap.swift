internal import NIOCore

/// Which nodes hold a slot, the primary first.
struct ReplicaMap {
    private(set) var nodes: [ClusterNode]
    /// By slot, positions in `nodes`.
    private var replicas = [[Int]](repeating: [], count: ClusterView.slotCount)

    /// A node of the map that is not among `nodes` is read all the same, under the number -1.
    init(_ ranges: [SlotRange], nodes: [ClusterNode]) {
        self.nodes = nodes
        for range in ranges {
            let positions = ([range.primary] + range.replicas).map { position(of: $0) }
            for slot in range.slots { replicas[slot] = positions }
        }
    }

    func replicas(ofSlot slot: Int) -> [Int] { replicas[slot] }

    func covers(_ slots: [Int]) -> Bool {
        slots.allSatisfy { !replicas[$0].isEmpty }
    }

    private mutating func position(of endpoint: Endpoint) -> Int {
        if let known = nodes.firstIndex(where: { $0.endpoint == endpoint }) { return known }
        nodes.append(ClusterNode(number: -1, endpoint: endpoint))
        return nodes.count - 1
    }

    /// The map of the first node that knows these slots, or else the fullest that any has: while a
    /// cluster recovers, some know more than others.
    ///
    /// - Returns: nil where no node answered.
    static func fullest(
        of nodes: [ClusterNode],
        covering slots: [Int],
        on loop: any EventLoop
    ) async -> Self? {
        var best: Self?
        var bestKnown = -1
        for node in nodes {
            let ranges = try? await AuditQuestion.clusterSlots(
                of: node.endpoint,
                on: loop,
                timeout: .milliseconds(500)
            ).get()
            guard let ranges else { continue }
            let map = Self(ranges, nodes: nodes)
            let known = slots.count { !map.replicas[$0].isEmpty }
            if known == slots.count { return map }
            if known > bestKnown { (best, bestKnown) = (map, known) }
        }
        return best
    }
}
