/// Which transactions are done, and what every register holds then.
struct SerialState {
    struct Fingerprint: Hashable {
        var left: UInt64 = 0
        var right: UInt64 = 0

        mutating func toggle(_ number: UInt64) {
            var dice = Dice(seed: number)
            left ^= dice.next()
            right ^= dice.next()
        }
    }

    private struct Done {
        var vertex: UInt32
        /// How many versions were replaced before.
        var replaced: Int
    }

    private let graph: DependencyGraph
    private let kinds: EdgeKinds
    private let steps: SerialSteps
    /// By vertex: how many that must precede it are not done.
    private var missing: [UInt32]
    /// By version: how many of its readers are not done.
    private var readers: [UInt32]
    /// By key: its version.
    private var current: [UInt32]
    private var replaced: [(key: UInt32, version: UInt32)] = []
    private var trail: [Done] = []
    /// The ranks of transactions that write and that nothing keeps from going but readers.
    private var ready: [UInt32] = []
    private var immediate: [UInt32] = []
    private var writersLeft: Int
    private(set) var fingerprint = Fingerprint()

    init(_ steps: SerialSteps, _ graph: DependencyGraph, _ order: EdgeOrder) {
        self.graph = graph
        kinds = order.all.union(.passage)
        self.steps = steps
        missing = Array(repeating: 0, count: graph.vertexCount)
        readers = steps.readers
        current = (0..<UInt32(steps.keys)).map { $0 }
        writersLeft = steps.writers.count
        for edge in graph.targets.indices where !graph.kinds[edge].isDisjoint(with: kinds) {
            missing[Int(graph.targets[edge])] += 1
        }
        for vertex in 0..<graph.vertexCount where missing[vertex] == 0 {
            if let rank = rank(of: vertex) {
                ready.append(rank)
            } else {
                immediate.append(UInt32(vertex))
            }
        }
        ready.sort()
        var moved = 0
        takeReaders(&moved)
    }

    var isComplete: Bool { writersLeft == 0 }
    var done: Int { trail.count }

    func isBlind(_ rank: UInt32) -> Bool { steps.isBlind[Int(steps.writers[Int(rank)])] }

    /// The first transaction that can go now.
    mutating func firstReady(from first: UInt32, looked: inout Int) -> UInt32? {
        var place = place(of: first)
        while place < ready.count {
            looked += 1
            if canGo(Int(steps.writers[Int(ready[place])])) { return ready[place] }
            place += 1
        }
        return nil
    }

    mutating func take(_ rank: UInt32, moved: inout Int) {
        let place = place(of: rank)
        ready.remove(at: place)
        moved += (ready.count - place) >> 6
        complete(Int(steps.writers[Int(rank)]), &moved)
        takeReaders(&moved)
    }

    mutating func goBack(to done: Int) {
        while trail.count > done, let last = trail.popLast() { undo(last) }
    }

    private func place(of rank: UInt32) -> Int {
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] < rank { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The rank of a vertex among the transactions that write; nil for what can go at once.
    private func rank(of vertex: Int) -> UInt32? {
        guard vertex < steps.ranks.count, steps.ranks[vertex] != .max else { return nil }
        return steps.ranks[vertex]
    }

    /// Whether nobody else has still to read what it would overwrite.
    private mutating func canGo(_ transaction: Int) -> Bool {
        for version in steps.reads(transaction) { readers[Int(version)] -= 1 }
        defer { for version in steps.reads(transaction) { readers[Int(version)] += 1 } }
        return steps.writes(transaction).allSatisfy { readers[Int(current[Int($0.key)])] == 0 }
    }

    private mutating func takeReaders(_ moved: inout Int) {
        while let vertex = immediate.popLast() { complete(Int(vertex), &moved) }
    }

    private mutating func complete(_ vertex: Int, _ moved: inout Int) {
        moved += 1
        trail.append(Done(vertex: UInt32(vertex), replaced: replaced.count))
        fingerprint.toggle(UInt64(vertex))
        if vertex < graph.transactions {
            for version in steps.reads(vertex) { readers[Int(version)] -= 1 }
            for write in steps.writes(vertex) {
                let key = Int(write.key)
                replaced.append((write.key, current[key]))
                turn(write.key, to: write.version)
            }
            if rank(of: vertex) != nil { writersLeft -= 1 }
        }
        for edge in graph.edges(from: vertex) where !graph.kinds[edge].isDisjoint(with: kinds) {
            let target = Int(graph.targets[edge])
            missing[target] -= 1
            guard missing[target] == 0 else { continue }
            if let rank = rank(of: target) {
                let place = place(of: rank)
                moved += (ready.count - place) >> 6
                ready.insert(rank, at: place)
            } else {
                immediate.append(UInt32(target))
            }
        }
    }

    private mutating func undo(_ done: Done) {
        let vertex = Int(done.vertex)
        for edge in graph.edges(from: vertex) where !graph.kinds[edge].isDisjoint(with: kinds) {
            let target = Int(graph.targets[edge])
            if missing[target] == 0, let rank = rank(of: target) {
                ready.remove(at: place(of: rank))
            }
            missing[target] += 1
        }
        fingerprint.toggle(UInt64(vertex))
        guard vertex < graph.transactions else { return }
        while replaced.count > done.replaced, let last = replaced.popLast() {
            turn(last.key, to: last.version)
        }
        for version in steps.reads(vertex) { readers[Int(version)] += 1 }
        guard let rank = rank(of: vertex) else { return }
        writersLeft += 1
        ready.insert(rank, at: place(of: rank))
    }

    private mutating func turn(_ key: UInt32, to version: UInt32) {
        let old = current[Int(key)]
        if old != key { fingerprint.toggle(1 << 40 | UInt64(old)) }
        if version != key { fingerprint.toggle(1 << 40 | UInt64(version)) }
        current[Int(key)] = version
    }
}
