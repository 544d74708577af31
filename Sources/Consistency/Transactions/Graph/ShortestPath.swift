/// Breadth-first search for the shortest way back, passages being free.
struct ShortestPath {
    /// How many edges all searches with this together may follow.
    private(set) var budget: Int
    /// By vertex: its distance from the start of the search at hand, and the edge that led there.
    private var distances: [UInt32]
    private var arrivals: [UInt32]
    private var cameFrom: [UInt32]
    private var touched: [UInt32] = []

    private static let unseen = UInt32.max

    init(vertices: Int, budget: Int) {
        self.budget = budget
        distances = Array(repeating: Self.unseen, count: vertices)
        arrivals = Array(repeating: 0, count: vertices)
        cameFrom = Array(repeating: 0, count: vertices)
    }

    /// The edges from `start` to `goal` within their component, or nil if there is no such way of
    /// fewer than `limit` edges or the budget is used up.
    mutating func edges<View: EdgeView>(
        from start: Int,
        to goal: Int,
        in view: View,
        _ graph: DependencyGraph,
        _ components: Components,
        limit: Int
    ) -> [Int]? {
        defer {
            for vertex in touched { distances[Int(vertex)] = Self.unseen }
            touched.removeAll(keepingCapacity: true)
        }
        var frontier = [UInt32(start)]
        var next: [UInt32] = []
        distances[start] = 0
        touched.append(UInt32(start))
        var distance: UInt32 = 0
        while !frontier.isEmpty, Int(distance) < limit {
            var place = 0
            while place < frontier.count {
                let vertex = Int(frontier[place])
                place += 1
                guard distances[vertex] == distance else { continue }
                if vertex == goal { return way(to: goal, from: start) }
                for edge in view.edges(from: vertex) {
                    guard let target = view.target(of: edge, from: vertex),
                        components.joined(target, start)
                    else { continue }
                    budget -= 1
                    let isFree = graph.kinds[edge] == .passage
                    let reached = isFree ? distance : distance + 1
                    guard reached < distances[target] else { continue }
                    if distances[target] == Self.unseen { touched.append(UInt32(target)) }
                    distances[target] = reached
                    arrivals[target] = UInt32(edge)
                    cameFrom[target] = UInt32(vertex)
                    if isFree {
                        frontier.append(UInt32(target))
                    } else {
                        next.append(UInt32(target))
                    }
                }
                guard budget > 0 else { return nil }
            }
            swap(&frontier, &next)
            next.removeAll(keepingCapacity: true)
            distance += 1
        }
        return nil
    }

    private func way(to goal: Int, from start: Int) -> [Int] {
        var edges: [Int] = []
        var vertex = goal
        while vertex != start {
            edges.append(Int(arrivals[vertex]))
            vertex = Int(cameFrom[vertex])
        }
        return edges.reversed()
    }
}
