/// Looks for a cycle with exactly one antidependency where dependencies alone have none.
///
/// That asks of every antidependency whether its target reaches its source: the sources are taken
/// 512 at a time, and who reaches them is found in one pass over the edges, the last first.
struct SingleAntidependency {
    enum Answer: Equatable {
        case found(Start)
        case absent
        case undecided
    }

    struct Start: Equatable {
        var from: Int
        var edge: Int
    }

    /// How many edges all passes together may follow.
    private static let budget = 1_500_000_000
    private let graph: DependencyGraph
    private let kinds: EdgeKinds
    /// Vertices, those that others lead to first.
    private let order: [UInt32]

    /// - Parameter acyclic: The components of the graph of dependencies, all of one vertex.
    init(_ graph: DependencyGraph, _ order: EdgeOrder, _ acyclic: Components) {
        self.graph = graph
        kinds = order.dependencies.union(.passage)
        // Tarjan's algorithm numbers a component after all those that it leads to.
        var vertices = [UInt32](repeating: 0, count: graph.vertexCount)
        for vertex in 0..<graph.vertexCount {
            vertices[Int(acyclic.numbers[vertex])] = UInt32(vertex)
        }
        self.order = vertices
    }

    func find(_ starts: [(from: Int, edge: Int)]) -> Answer {
        var remaining = Self.budget
        var reached = [SIMD8<UInt64>](repeating: .zero, count: graph.vertexCount)
        var first = 0
        while first < starts.count {
            remaining -= graph.edgeCount + graph.vertexCount
            guard remaining > 0 else { return .undecided }
            var bits: [UInt32: Int] = [:]
            var end = first
            while end < starts.count {
                let source = UInt32(starts[end].from)
                if bits[source] == nil {
                    guard bits.count < 512 else { break }
                    bits[source] = bits.count
                }
                end += 1
            }
            for vertex in reached.indices { reached[vertex] = .zero }
            for (source, bit) in bits { reached[Int(source)][bit >> 6] = 1 << UInt64(bit & 63) }
            for vertex in order {
                var mask = reached[Int(vertex)]
                for edge in graph.edges(from: Int(vertex))
                where !graph.kinds[edge].isDisjoint(with: kinds) {
                    mask |= reached[Int(graph.targets[edge])]
                }
                reached[Int(vertex)] = mask
            }
            for start in starts[first..<end] {
                guard let bit = bits[UInt32(start.from)] else { continue }
                let mask = reached[Int(graph.targets[start.edge])]
                if mask[bit >> 6] & (1 << UInt64(bit & 63)) != 0 {
                    return .found(Start(from: start.from, edge: start.edge))
                }
            }
            first = end
        }
        return .absent
    }
}
