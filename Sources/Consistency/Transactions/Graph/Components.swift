/// The edges of a graph that a search may follow.
protocol EdgeView {
    var vertexCount: Int { get }
    func edges(from vertex: Int) -> Range<Int>
    /// Where an edge leads; nil where it may not be followed.
    func target(of edge: Int, from vertex: Int) -> Int?
}

/// The edges of some kinds.
struct KindView: EdgeView {
    let graph: DependencyGraph
    let kinds: EdgeKinds

    init(_ graph: DependencyGraph, _ kinds: EdgeKinds) {
        self.graph = graph
        self.kinds = kinds.union(.passage)
    }

    var vertexCount: Int { graph.vertexCount }

    func edges(from vertex: Int) -> Range<Int> { graph.edges(from: vertex) }

    func target(of edge: Int, from vertex: Int) -> Int? {
        graph.kinds[edge].isDisjoint(with: kinds) ? nil : Int(graph.targets[edge])
    }
}

/// Walks on which no antidependency follows another: each vertex twice, the odd one reached by an
/// antidependency.
///
/// A closed walk here is what snapshot isolation forbids (Cerone and Gotsman, PODC 2016): a cycle of
/// dependencies, each followed by at most one antidependency.
struct SnapshotView: EdgeView {
    let graph: DependencyGraph
    let order: EdgeOrder
    private let dependencies: EdgeKinds
    private let antidependencies: EdgeKinds

    init(_ graph: DependencyGraph, _ order: EdgeOrder) {
        self.graph = graph
        self.order = order
        dependencies = order.dependencies
        antidependencies = order.antidependencies
    }

    var vertexCount: Int { 2 * graph.vertexCount }

    func edges(from vertex: Int) -> Range<Int> { graph.edges(from: vertex >> 1) }

    func target(of edge: Int, from vertex: Int) -> Int? {
        let kind = graph.kinds[edge]
        let target = Int(graph.targets[edge]) << 1
        if !kind.isDisjoint(with: dependencies) { return target }
        if kind == .passage { return target | (vertex & 1) }
        guard vertex & 1 == 0, !kind.isDisjoint(with: antidependencies) else { return nil }
        return target | 1
    }
}

/// The strongly connected components of a graph: within one, every vertex reaches every other.
struct Components {
    /// By vertex.
    let numbers: [UInt32]
    /// Vertices by component, for components of at least two.
    let large: [ArraySlice<UInt32>]

    /// Tarjan's algorithm with its recursion on an array: a million vertices need no deep stack.
    init(of view: some EdgeView) {
        let count = view.vertexCount
        let unseen = UInt32.max
        var numbers = [UInt32](repeating: unseen, count: count)
        var discovered = [UInt32](repeating: unseen, count: count)
        var lowest = [UInt32](repeating: 0, count: count)
        var cursors = [UInt32](repeating: 0, count: count)
        var path: [UInt32] = []
        var waiting: [UInt32] = []
        var members: [UInt32] = []
        var ranges: [Range<Int>] = []
        var time: UInt32 = 0
        var component: UInt32 = 0
        for root in 0..<count where discovered[root] == unseen {
            path.append(UInt32(root))
            while let last = path.last {
                let vertex = Int(last)
                let edges = view.edges(from: vertex)
                if discovered[vertex] == unseen {
                    discovered[vertex] = time
                    lowest[vertex] = time
                    time += 1
                    waiting.append(last)
                    cursors[vertex] = UInt32(edges.lowerBound)
                }
                var descended = false
                var edge = Int(cursors[vertex])
                while edge < edges.upperBound {
                    defer { edge += 1 }
                    guard let target = view.target(of: edge, from: vertex) else { continue }
                    if discovered[target] == unseen {
                        path.append(UInt32(target))
                        descended = true
                        // The edge is looked at again on the way back, for what it reached.
                        break
                    }
                    if numbers[target] == unseen {
                        lowest[vertex] = min(lowest[vertex], lowest[target])
                    }
                }
                if descended {
                    cursors[vertex] = UInt32(edge - 1)
                    continue
                }
                path.removeLast()
                guard lowest[vertex] == discovered[vertex] else { continue }
                let start = members.count
                while let top = waiting.popLast() {
                    numbers[Int(top)] = component
                    members.append(top)
                    if top == last { break }
                }
                component += 1
                if members.count - start == 1 {
                    members.removeLast()
                } else {
                    ranges.append(start..<members.count)
                }
            }
        }
        self.numbers = numbers
        large = ranges.map { members[$0] }
    }

    /// All vertices in one, for searches that are not confined.
    init(joining count: Int) {
        numbers = Array(repeating: 0, count: count)
        large = []
    }

    func joined(_ left: Int, _ right: Int) -> Bool { numbers[left] == numbers[right] }
}
