/// The kinds of cycle in a history's dependencies, one of each.
struct CycleReport {
    struct Found {
        var anomaly: Anomaly
        var edges: [CycleEdge]
    }

    private(set) var found: [Found] = []
    /// Strongly connected parts of at least two vertices.
    private(set) var knots = 0
    /// Transactions in the largest.
    private(set) var largest = 0
    private(set) var undecided = false
    private let explains: Bool

    /// - Parameter explains: Whether cycles are to be told, and so short ones looked for.
    init(_ graph: DependencyGraph, explains: Bool) {
        self.explains = explains
        let components = Components(of: KindView(graph, EdgeOrder.realtime.all))
        guard !components.large.isEmpty else { return }
        var numbers = [UInt32](repeating: 0, count: graph.vertexCount)
        let parts = components.large.map { graph.part(of: $0, numbers: &numbers) }
            .sorted { $0.vertexCount < $1.vertexCount }
        knots = parts.count
        largest = parts.map { part in part.names.count { $0 < part.transactions } }.max() ?? 0
        search(parts)
    }

    mutating func add(_ others: [Found]) { found += others }

    /// A kind of cycle that takes more orders tells something only if none as bad takes fewer.
    private mutating func search(_ parts: [DependencyGraph]) {
        var bound: Anomaly.Kind?
        for order in EdgeOrder.allCases {
            var worst: [Anomaly.Kind: [CycleEdge]] = [:]
            for part in parts {
                let search = CycleSearch(graph: part, order: order, explains: explains)
                guard let cycle = search.worst(before: bound) else { continue }
                undecided = undecided || cycle.mayBeWorse
                if let other = worst[cycle.kind], other.count <= cycle.edges.count { continue }
                worst[cycle.kind] = cycle.edges
            }
            for kind in Anomaly.Kind.allCases {
                guard let edges = worst[kind] else { continue }
                found.append(Found(anomaly: Anomaly(kind, order), edges: edges))
                if kind.rawValue < bound?.rawValue ?? .max { bound = kind }
            }
        }
    }
}
