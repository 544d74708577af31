/// Looks for a short cycle where there certainly is one.
struct ShortestCycle {
    /// How many edges are followed for shorter ones.
    static let searchedEdges = 20_000_000
    /// From how many edges a shortest cycle is looked for.
    private static let starts = 200

    let graph: DependencyGraph
    /// The kinds of edge that the search begins with.
    let kinds: EdgeKinds

    /// The shortest cycle that was found in the smallest component, through an edge of one kind.
    func find(_ view: KindView, _ components: Components) -> [CycleEdge] {
        guard let smallest = components.large.min(by: { $0.count < $1.count }) else { return [] }
        var starts: [(from: Int, edge: Int)] = []
        for vertex in smallest {
            for edge in graph.edges(from: Int(vertex)) {
                guard !graph.kinds[edge].isDisjoint(with: kinds),
                    components.joined(Int(vertex), Int(graph.targets[edge]))
                else { continue }
                starts.append((Int(vertex), edge))
            }
        }
        // The first search is never cut short: there is a cycle through every edge of a component.
        var search = ShortestPath(
            vertices: graph.vertexCount,
            budget: max(Self.searchedEdges, 2 * graph.edgeCount)
        )
        var best: [CycleEdge] = []
        for start in Self.sample(starts) {
            guard
                let way = search.edges(
                    from: Int(graph.targets[start.edge]),
                    to: start.from,
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

    static func sample(_ starts: [(from: Int, edge: Int)]) -> [(from: Int, edge: Int)] {
        guard starts.count > Self.starts else { return starts }
        return (0..<Self.starts).map { starts[$0 * starts.count / Self.starts] }
    }
}

extension DependencyGraph {
    /// Edges between transactions, passages being left out.
    func cycle(from vertex: Int, _ edges: [Int]) -> [CycleEdge] {
        var found: [CycleEdge] = []
        var from = Int(names[vertex])
        var kind: EdgeKinds?
        var key = DependencyGraph.noKey
        for edge in edges {
            if kind == nil {
                kind = kinds[edge]
                key = keys[edge]
            }
            let target = Int(targets[edge])
            guard isTransaction(target), let taken = kind else { continue }
            let to = Int(names[target])
            found.append(CycleEdge(from: from, to: to, kind: taken, key: key))
            from = to
            kind = nil
        }
        return found
    }
}
