internal import Determinism
internal import Topology
internal import Workloads

/// How much of a trial's requests falls on each hash slot: "the most loaded shard" means this.
struct SlotLoad: Sendable {
    /// The load of all slots below an index.
    private let below: [Double]

    /// Beyond so many ranks the rest is nearly even, and adding it up takes too long.
    private static let mostRanks = 200_000

    init(workload: any Workload, workers: Int, trialSeed: Seed) {
        // The workers deal the keys by the same seed.
        let dealing = KeyDealing(
            records: workload.records,
            law: workload.distribution.base,
            workers: workers,
            seed: trialSeed.derived("load")
        )
        let naming = workload.shape.naming
        var loads = [Double](repeating: 0, count: KeySlot.count)
        for rank in 0..<min(workload.records, Self.mostRanks) {
            let name = naming.bytes(of: dealing.key(ofRank: rank))
            loads[KeySlot.slot(of: name.span)] += dealing.probability(ofRank: rank)
        }
        below = loads.reduce(into: [0]) { sums, load in
            sums.append((sums.last ?? 0) + load)
        }
    }

    /// The part of all requests that asks for keys of these slots.
    func share(of slots: ClosedRange<Int>) -> Double {
        let last = below.count - 1
        return below[min(max(0, slots.upperBound + 1), last)]
            - below[min(max(0, slots.lowerBound), last)]
    }
}
