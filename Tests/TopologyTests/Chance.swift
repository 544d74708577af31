import Topology

/// Numbers that look random and are the same in every run.
struct Chance: RandomNumberGenerator {
    let seed: UInt64
    private var count: UInt64 = 0

    init(_ seed: UInt64) { self.seed = seed }

    mutating func next() -> UInt64 {
        count += 1
        return StableHash.hash(count, seed: seed)
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Different ids in no order.
    mutating func ids(_ count: Int) -> [UInt32] {
        var ids: [UInt32] = []
        while ids.count < count {
            let id = UInt32(next(below: 60_000) + 1)
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}

/// Hashes of keys numbered from 0.
func keyHashes(_ count: Int) -> [UInt64] { (0..<UInt64(count)).map { StableHash.hash($0) } }

extension PlacementTable {
    /// How many of these keys each node is first choice for, in the order of the members.
    func firstChoices(_ hashes: [UInt64]) throws -> [Int] {
        let placed = try place(hashes, replicas: 1)
        var counts: [UInt32: Int] = [:]
        for id in placed { counts[id, default: 0] += 1 }
        return members.nodes.map { counts[$0.id] ?? 0 }
    }
}

/// The standard deviation of counts, in parts of their mean.
func standardError(_ counts: [Int]) -> Double { standardError(counts.map(Double.init)) }

func standardError(_ loads: [Double]) -> Double {
    let mean = loads.reduce(0, +) / Double(loads.count)
    let squares = loads.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) }
    return (squares / Double(loads.count)).squareRoot()
}
