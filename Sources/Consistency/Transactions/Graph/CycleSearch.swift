/// Looks for the worst kind of cycle in one strongly connected part of a graph.
///
/// Whether there is a cycle of a kind is a question of components, answered in time linear in the
/// edges whatever their number; only for the shortest of them is a search bounded. Which of two
/// names a violation of snapshot isolation has, G-single or G-nonadjacent, is decided exactly as far
/// as a budget of operations goes, and changes no verdict.
struct CycleSearch {
    let graph: DependencyGraph
    let order: EdgeOrder
    /// Whether short cycles are looked for, or only their kinds.
    let explains: Bool

    struct Cycle {
        var kind: Anomaly.Kind
        var edges: [CycleEdge]
        /// Whether a worse kind could not be excluded within the budget.
        var mayBeWorse = false
    }

    /// - Parameter bound: Only kinds worse than this one are of interest.
    func worst(before bound: Anomaly.Kind?) -> Cycle? {
        func matters(_ kind: Anomaly.Kind) -> Bool { kind.rawValue < bound?.rawValue ?? .max }
        if matters(.g0) {
            let view = KindView(graph, order.overwrites)
            let components = Components(of: view)
            if !components.large.isEmpty {
                return Cycle(kind: .g0, edges: shortest(.writeWrite, view, components))
            }
        }
        guard matters(.g1c) else { return nil }
        let view = KindView(graph, order.dependencies)
        let components = Components(of: view)
        if !components.large.isEmpty {
            let edges = shortest(.writeRead, view, components)
            return Cycle(kind: .g1c, edges: edges)
        }
        guard matters(.gSingle) else { return nil }
        if let cycle = snapshotCycle(components), matters(cycle.kind) { return cycle }
        guard matters(.g2Item) else { return nil }
        let whole = KindView(graph, order.all)
        let joined = Components(of: whole)
        guard !joined.large.isEmpty else { return nil }
        return Cycle(kind: .g2Item, edges: shortest(order.antidependencies, whole, joined))
    }

    private func shortest(
        _ kinds: EdgeKinds,
        _ view: KindView,
        _ components: Components
    ) -> [CycleEdge] {
        explains ? ShortestCycle(graph: graph, kinds: kinds).find(view, components) : []
    }

    private func snapshotCycle(_ acyclic: Components) -> Cycle? {
        let view = SnapshotView(graph, order)
        let components = Components(of: view)
        guard !components.large.isEmpty else { return nil }
        var starts: [(from: Int, edge: Int)] = []
        for vertex in 0..<graph.vertexCount {
            for edge in graph.edges(from: vertex) {
                guard !graph.kinds[edge].isDisjoint(with: order.antidependencies),
                    components.joined(vertex << 1, Int(graph.targets[edge]) << 1 | 1)
                else { continue }
                starts.append((vertex, edge))
            }
        }
        var search = ShortestPath(vertices: graph.vertexCount, budget: ShortestCycle.searchedEdges)
        let dependencies = KindView(graph, order.dependencies)
        var best: [CycleEdge]?
        let everywhere = Components(joining: graph.vertexCount)
        for start in ShortestCycle.sample(starts) {
            if let way = search.edges(
                from: Int(graph.targets[start.edge]),
                to: start.from,
                in: dependencies,
                graph,
                everywhere,
                limit: best?.count ?? .max
            ) {
                best = graph.cycle(from: start.from, [start.edge] + way)
            }
        }
        if let best { return Cycle(kind: .gSingle, edges: best) }
        let exact = SingleAntidependency(graph, order, acyclic).find(starts)
        if case .found(let start) = exact {
            search = ShortestPath(vertices: graph.vertexCount, budget: .max)
            let way =
                search.edges(
                    from: Int(graph.targets[start.edge]),
                    to: start.from,
                    in: dependencies,
                    graph,
                    everywhere,
                    limit: .max
                ) ?? []
            return Cycle(kind: .gSingle, edges: graph.cycle(from: start.from, [start.edge] + way))
        }
        return Cycle(
            kind: .gNonadjacent,
            edges: explains ? shortestSnapshotCycle(starts, view, components) : [],
            mayBeWorse: exact == .undecided
        )
    }

    private func shortestSnapshotCycle(
        _ starts: [(from: Int, edge: Int)],
        _ view: SnapshotView,
        _ components: Components
    ) -> [CycleEdge] {
        var search = ShortestPath(vertices: view.vertexCount, budget: ShortestCycle.searchedEdges)
        var best: [CycleEdge] = []
        for start in ShortestCycle.sample(starts) {
            guard
                let way = search.edges(
                    from: Int(graph.targets[start.edge]) << 1 | 1,
                    to: start.from << 1,
                    in: view,
                    graph,
                    components,
                    limit: best.isEmpty ? .max : best.count
                )
            else { continue }
            best = graph.cycle(from: start.from, [start.edge] + way)
        }
        return best
    }
}
