import Topology

/// The speed of a table, and of its counterpart in C++ in the same moments.
struct Measurement {
    /// Seconds a lookup of one node: the medians of rounds in which both took turns.
    private(set) var lookup = 0.0
    private(set) var reference: Double?
    /// The median of the ratios of the rounds.
    private(set) var ratio: Double?
    private(set) var threeNodes = 0.0
    private(set) var allocatedBytes = 0
    private(set) var agrees = true

    private static let rounds = 11
    private static let batch = 4_096
    /// About so long takes a round of one side.
    private static let roundLength = 0.02

    init(_ subject: Subject) {
        let hashes = (0..<UInt64(1 << 16)).map { StableHash.hash($0) }
        var ours = [UInt32](repeating: 0, count: hashes.count * 3)
        var theirs = [UInt32](repeating: 0, count: hashes.count)
        let table = subject.table
        // As many keys as a round has time for.
        let sample = Array(hashes.prefix(subject.isSlow ? 16 : 1_024))
        let trial =
            (0..<5).map { _ in Self.time(table, sample, 1, &ours) }.reduce(1, min)
            / Double(sample.count)
        let count = min(hashes.count, max(16, Int(Self.roundLength / max(trial, 1e-9))))
        let keys = Array(hashes.prefix(count))
        let passes = max(1, Int(Self.roundLength / max(trial * Double(count), 1e-9)))

        var times: [Double] = []
        var referenceTimes: [Double] = []
        let rounds = subject.isSlow ? 3 : Self.rounds
        for round in 0..<rounds + 1 {
            var mine = 0.0
            var other = 0.0
            for _ in 0..<passes {
                mine += Self.time(table, keys, 1, &ours)
                if let reference = subject.reference {
                    other += Self.time(reference, keys, &theirs)
                }
            }
            // The first round warms up.
            guard round > 0 else { continue }
            times.append(mine / Double(passes * count))
            referenceTimes.append(other / Double(passes * count))
        }
        lookup = median(times)
        if subject.reference != nil {
            reference = median(referenceTimes)
            ratio = median(zip(times, referenceTimes).map { $0 / $1 })
            agrees = Array(ours.prefix(count)) == Array(theirs.prefix(count))
        }
        threeNodes =
            subject.table.members.count < 3
            ? 0 : median((0..<3).map { _ in Self.time(table, keys, 3, &ours) }) / Double(count)
        allocatedBytes = Self.allocated(table, Array(keys.prefix(subject.isSlow ? 8 : 1_000)))
    }

    private static func time(
        _ table: some PlacementTable,
        _ hashes: [UInt64],
        _ replicas: Int,
        _ nodes: inout [UInt32]
    ) -> Double {
        var load = table.load(keys: hashes.count, replicas: replicas)
        var span = nodes.mutableSpan
        let clock = ContinuousClock()
        let start = clock.now
        table.assign(hashes.span, replicas: replicas, load: &load, into: &span)
        return (clock.now - start).seconds
    }

    private static func time(
        _ reference: Reference,
        _ hashes: [UInt64],
        _ nodes: inout [UInt32]
    ) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        reference.assign(hashes, into: &nodes)
        return (clock.now - start).seconds
    }

    /// What lookups of one and of three nodes take from the allocator, all together.
    private static func allocated(_ table: some PlacementTable, _ hashes: [UInt64]) -> Int {
        var nodes = [UInt32](repeating: 0, count: min(3, table.members.count))
        var single: [UInt32] = [0]
        var span = nodes.mutableSpan
        var one = single.mutableSpan
        let before = allocatedByteCount()
        for hash in hashes {
            table.choose(hash, into: &one)
            table.choose(hash, into: &span)
        }
        return Int(allocatedByteCount() - before)
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
