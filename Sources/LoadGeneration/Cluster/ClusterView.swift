internal import Topology

/// What a client believes about the cluster: its nodes, and which of them serves which slot.
struct ClusterView {
    static let slotCount = KeySlot.count

    private(set) var endpoints: [Endpoint] = []
    private var nodesByEndpoint: [Endpoint: Int] = [:]
    /// The primary's node by slot; -1 where nobody is known.
    private var primaries = [Int32](repeating: -1, count: slotCount)

    init(endpoints: [Endpoint]) {
        for endpoint in endpoints { _ = node(at: endpoint) }
    }

    /// The node of an endpoint, new or known; a node keeps its number.
    mutating func node(at endpoint: Endpoint) -> Int {
        if let known = nodesByEndpoint[endpoint] { return known }
        nodesByEndpoint[endpoint] = endpoints.count
        endpoints.append(endpoint)
        return endpoints.count - 1
    }

    func primary(ofSlot slot: Int) -> Int? {
        let node = Int(primaries[slot])
        return node < 0 ? nil : node
    }

    var hasAllSlots: Bool { !primaries.contains(-1) }

    /// The nodes that serve a slot, in order of their number.
    var primaryNodes: [Int] {
        endpoints.indices.filter { primaries.contains(Int32($0)) }
    }

    /// Makes one node the primary of everything.
    mutating func setPrimaryOfAll(_ node: Int) {
        for slot in primaries.indices { primaries[slot] = Int32(node) }
    }

    mutating func setPrimary(_ node: Int, ofSlot slot: Int) {
        primaries[slot] = Int32(node)
    }

    /// Takes over a whole map.
    ///
    /// A slot that the map leaves out keeps its primary: a cluster in trouble knows less than it
    /// did, and the request finds out.
    mutating func apply(_ ranges: [SlotRange]) {
        for range in ranges {
            let node = Int32(node(at: range.primary))
            for slot in range.slots { primaries[slot] = node }
        }
    }
}
