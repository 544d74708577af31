/// Which transactions certainly came before which, as arrays of outgoing edges.
///
/// Vertices from `transactions` up are passages: they stand for many edges with few.
struct DependencyGraph {
    /// By vertex: its name outside, a transaction where below `transactions`.
    let names: [UInt32]
    let transactions: Int
    private let starts: [UInt32]
    let targets: [UInt32]
    let kinds: [EdgeKinds]
    let keys: [UInt32]

    /// The key of an edge that is about none.
    static let noKey = UInt32.max

    var vertexCount: Int { starts.count - 1 }
    var edgeCount: Int { targets.count }

    func edges(from vertex: Int) -> Range<Int> { Int(starts[vertex])..<Int(starts[vertex + 1]) }

    func isTransaction(_ vertex: Int) -> Bool { Int(names[vertex]) < transactions }

    fileprivate init(names: [UInt32], transactions: Int, edges: EdgeList) {
        let vertices = names.count
        var starts = [UInt32](repeating: 0, count: vertices + 1)
        for source in edges.sources { starts[Int(source) + 1] += 1 }
        for vertex in 0..<vertices { starts[vertex + 1] += starts[vertex] }
        var next = starts
        var targets = [UInt32](repeating: 0, count: edges.sources.count)
        var kinds = [EdgeKinds](repeating: [], count: edges.sources.count)
        var keys = [UInt32](repeating: 0, count: edges.sources.count)
        for edge in edges.sources.indices {
            let source = Int(edges.sources[edge])
            let place = Int(next[source])
            next[source] += 1
            targets[place] = edges.targets[edge]
            kinds[place] = edges.kinds[edge]
            keys[place] = edges.keys[edge]
        }
        self.names = names
        self.transactions = transactions
        self.starts = starts
        self.targets = targets
        self.kinds = kinds
        self.keys = keys
    }

    /// What lies within these vertices.
    ///
    /// - Parameter numbers: Scratch of one number for every vertex; its content does not matter.
    func part(of vertices: ArraySlice<UInt32>, numbers: inout [UInt32]) -> DependencyGraph {
        var names: [UInt32] = []
        names.reserveCapacity(vertices.count)
        for (number, vertex) in vertices.enumerated() {
            numbers[Int(vertex)] = UInt32(number)
            names.append(self.names[Int(vertex)])
        }
        let members = Array(vertices)
        var edges = EdgeList()
        for (number, vertex) in members.enumerated() {
            for edge in self.edges(from: Int(vertex)) {
                let target = targets[edge]
                let place = Int(numbers[Int(target)])
                guard place < members.count, members[place] == target else { continue }
                edges.append(UInt32(number), UInt32(place), kinds[edge], keys[edge])
            }
        }
        return DependencyGraph(names: names, transactions: transactions, edges: edges)
    }
}

private struct EdgeList {
    var sources: [UInt32] = []
    var targets: [UInt32] = []
    var kinds: [EdgeKinds] = []
    var keys: [UInt32] = []

    mutating func append(_ source: UInt32, _ target: UInt32, _ kind: EdgeKinds, _ key: UInt32) {
        sources.append(source)
        targets.append(target)
        kinds.append(kind)
        keys.append(key)
    }
}

/// Gathers the edges of a graph.
struct DependencyGraphBuilder {
    private var edges = EdgeList()
    private var vertices: Int
    private let transactions: Int

    init(transactions: Int) {
        self.transactions = transactions
        vertices = transactions
    }

    mutating func passage() -> Int {
        vertices += 1
        return vertices - 1
    }

    /// Nothing comes before itself: such an edge is left out.
    mutating func edge(
        from source: Int,
        to target: Int,
        _ kind: EdgeKinds,
        key: UInt32 = DependencyGraph.noKey
    ) {
        guard source != target else { return }
        edges.append(UInt32(source), UInt32(target), kind, key)
    }

    /// Edges from every source to every target, in a number of edges that grows with their sum.
    mutating func edges(
        from sources: [(vertex: Int, kind: EdgeKinds)],
        to targets: [Int],
        key: UInt32
    ) {
        if sources.count * targets.count <= 4 * (sources.count + targets.count) {
            for source in sources {
                for target in targets {
                    edge(from: source.vertex, to: target, source.kind, key: key)
                }
            }
            return
        }
        // A source may be a target too: it must reach all the others and not itself. So there is a
        // chain that reaches the targets from each place on, and one that reaches those before it.
        let onwards = targets.map { _ in passage() }
        let backwards = targets.map { _ in passage() }
        for (place, target) in targets.enumerated() {
            edge(from: onwards[place], to: target, .passage, key: key)
            edge(from: backwards[place], to: target, .passage, key: key)
            if place > 0 {
                edge(from: onwards[place - 1], to: onwards[place], .passage, key: key)
                edge(from: backwards[place], to: backwards[place - 1], .passage, key: key)
            }
        }
        var placeOfTarget: [Int: Int] = [:]
        for (place, target) in targets.enumerated() { placeOfTarget[target] = place }
        for source in sources {
            guard let place = placeOfTarget[source.vertex] else {
                edge(from: source.vertex, to: onwards[0], source.kind, key: key)
                continue
            }
            if place + 1 < targets.count {
                edge(from: source.vertex, to: onwards[place + 1], source.kind, key: key)
            }
            if place > 0 {
                edge(from: source.vertex, to: backwards[place - 1], source.kind, key: key)
            }
        }
    }

    consuming func build() -> DependencyGraph {
        DependencyGraph(
            names: (0..<UInt32(vertices)).map { $0 },
            transactions: transactions,
            edges: edges
        )
    }
}
