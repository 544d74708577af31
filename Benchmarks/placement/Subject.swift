import CJemalloc
import Topology

/// A scheme's table for so many nodes, and what is measured of it.
struct Subject {
    let name: String
    let nodes: Int
    /// How many of the nodes left again, drawn at random.
    let left: Int
    let table: any PlacementTable
    let reference: Reference?
    let build: Double
    /// Seconds that a leave took.
    let change: Double
    /// What building it left in memory.
    let liveBytes: Int

    /// Rings of a million nodes get fewer points each, so that the table fits.
    static let mostPoints = 4_000_000

    init(_ type: any PlacementScheme.Type, nodes: Int, left: Int) throws {
        name = type.name
        self.nodes = nodes
        self.left = left
        let members = try PlacementMembers((1...UInt32(nodes)).map { PlacementNode($0) })
        let scheme = Self.fitting(type, nodes)
        let before = liveByteCount()
        let clock = ContinuousClock()
        let start = clock.now
        var table = try scheme.table(for: members)
        build = (clock.now - start).seconds
        // Everyone reads the members; they are no scheme's own.
        liveBytes = liveByteCount() - before
        let capacity = (table as? AnchorPlacement.Table)?.capacity ?? nodes
        let reference = Reference(name, nodes: nodes, capacity: capacity)
        for id in Self.leaving(left, of: nodes) {
            try table.apply(.remove(id))
            reference?.remove(id)
        }
        self.reference = reference

        self.table = table
        // On the only reference: a copy would be a part of the change.
        let last = UInt32(nodes) + 1
        try table.apply(.add(PlacementNode(last)))
        let changes = clock.now
        try table.apply(.remove(last))
        change = (clock.now - changes).seconds
    }

    /// Whether a lookup passes over all nodes.
    var isSlow: Bool { name == RendezvousPlacement.name && nodes > 10_000 }

    static func fitting(_ type: any PlacementScheme.Type, _ nodes: Int) -> any PlacementScheme {
        let points = max(1, min(160, mostPoints / nodes))
        if var ring = type.init() as? RingPlacement {
            ring.virtualNodes = points
            return ring
        }
        if var ring = type.init() as? BoundedRingPlacement {
            ring.virtualNodes = points
            return ring
        }
        return type.init()
    }

    private static func leaving(_ count: Int, of nodes: Int) -> [UInt32] {
        var ids = Array(1...UInt32(nodes))
        for index in 0..<count {
            let other = index + Int(StableHash.hash(UInt64(index)) % UInt64(nodes - index))
            ids.swapAt(index, other)
        }
        return Array(ids.prefix(count))
    }

    /// What the scheme's paper, or its arrays, lead one to expect.
    var theory: (formula: String, bytes: Int) {
        let n = nodes
        let names = 4 * n
        switch name {
        case "modulo", "jump": return ("4n", names)
        case "rendezvous": return ("4n + 8n", names + 8 * n)
        case "ring", "bounded-ring":
            let points = max(1, min(160, Self.mostPoints / n))
            return ("4n + (12 + 4…8)·\(points)n", names + 18 * points * n)
        case "multi-probe": return ("4n + (12 + 4…8)n + 8k", names + 18 * n + 8 * 21)
        case "maglev":
            let size = MaglevPlacement().tableSize(for: n)
            return ("4n + 4M, M = \(size)", names + 4 * size)
        case "anchor":
            let capacity = max(16, 2 * n)
            return ("4n + 16a + 4r", names + 16 * capacity + 4 * (capacity - n + left))
        case "memento":
            return ("4n + (24…48)r", names + 36 * left)
        default: return ("", 0)
        }
    }
}

/// What this process holds from the allocator.
private func liveByteCount() -> Int {
    Int(threadCount("thread.allocated")) - Int(threadCount("thread.deallocated"))
}

/// What this thread has ever taken from the allocator.
func allocatedByteCount() -> UInt64 { threadCount("thread.allocated") }

/// The name is no `String`: making a C string of one would be counted too.
private func threadCount(_ name: StaticString) -> UInt64 {
    var count: UInt64 = 0
    var size = MemoryLayout<UInt64>.size
    let failure = name.withUTF8Buffer { name in
        unsafe name.withMemoryRebound(to: CChar.self) { name in
            unsafe mallctl(name.baseAddress, &count, &size, nil, 0)
        }
    }
    precondition(failure == 0, "The allocator counts.")
    return count
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
