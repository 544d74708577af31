public import Determinism

/// Which key has which rank of the law, and which worker owns it.
///
/// A key is written by one worker alone, yet the workers together must follow the law over all
/// keys. So the ranks are dealt to the workers, each draws from the law restricted to its own ranks,
/// and its rate is the probability that its ranks have together. The hot ranks are dealt one by one
/// to whoever has the least probability so far, which makes those shares equal to 0.2 % (as
/// long as no single key is hotter than a worker's share), so that equal workers in a closed loop
/// follow the law too.
///
/// Worker w of n owns the keys w, w + n, w + 2n and so on. Within its keys its ranks are scattered
/// by a permutation, so that hot keys are not neighbours. Where ranks stand for certain keys (by age,
/// or in order) nothing is dealt: the key says whose it is.
public struct KeyDealing: Sendable {
    public let records: Int
    public let workers: Int
    public let placement: RankPlacement

    /// The owner of the ranks below `headOwners.count`.
    private let headOwners: [UInt16]
    /// Where each of those ranks stands among its owner's ranks.
    private let headPositions: [Int32]
    /// The first position of each owner beyond the head.
    private let headCounts: [Int]
    private let shares: [Double]
    private let permutations: [Permutation?]
    let law: any RankSampler
    /// Whether all keys are equally likely, so that it does not matter which of them has which rank.
    let isEven: Bool

    /// The tail beyond it is dealt in turn: its ranks differ too little to matter.
    private static let headRanks = 4096

    /// `records` and `workers` are at least 1.
    public init(records: Int, law distribution: any Distribution, workers: Int, seed: Seed) {
        precondition(records > 0 && workers > 0, "Somebody owns at least one record.")
        self.records = records
        self.workers = workers
        placement = type(of: distribution).placement
        law = distribution.sampler(count: records)
        isEven = distribution is Uniform
        var dealer = Dealer(records: records, workers: workers)
        switch placement {
        case .scattered: dealer.deal(upTo: Self.headRanks, law: law)
        case .newestFirst: dealer.count(upTo: Self.headRanks, law: law)
        case .inOrder: break
        }
        headOwners = placement == .scattered ? dealer.owners : []
        headPositions = dealer.positions
        headCounts = dealer.counts
        let tail = max(0, 1 - dealer.masses.reduce(0, +))
        let tailRanks = Double(max(1, records - dealer.counts.reduce(0, +)))
        shares = (0..<workers).map { worker in
            let rest = Self.keyCount(of: worker, records, workers) - dealer.counts[worker]
            return dealer.masses[worker] + tail * Double(rest) / tailRanks
        }
        let isScattered = placement == .scattered
        permutations = (0..<workers).map { worker in
            let count = Self.keyCount(of: worker, records, workers)
            let own = seed.derived("permutation").derived(worker)
            return isScattered && count > 0 ? Permutation(count: count, seed: own) : nil
        }
    }

    /// The part of all requests that this worker has to send; all shares sum to 1.
    public func share(of worker: Int) -> Double {
        // The probabilities' sum is rounded; a worker alone sends everything.
        workers == 1 ? 1 : shares[worker]
    }

    public func owner(ofRank rank: Int) -> Int {
        switch placement {
        case .scattered:
            rank < headOwners.count
                ? Int(headOwners[rank]) : (rank - headOwners.count) % workers
        case .newestFirst, .inOrder: key(ofRank: rank) % workers
        }
    }

    /// The index of the key that has this rank.
    public func key(ofRank rank: Int) -> Int {
        key(ofRank: rank, drifted: 0)
    }

    /// The index of the key that has this rank after the hot keys have moved on by a part of all.
    func key(ofRank rank: Int, drifted part: Double) -> Int {
        switch placement {
        case .newestFirst: return records - 1 - rank
        case .inOrder: return rank
        case .scattered: break
        }
        let owner = owner(ofRank: rank)
        guard let permutation = permutations[owner] else { return 0 }
        var position =
            rank < headOwners.count
            ? Int(headPositions[rank])
            : headCounts[owner] + (rank - headOwners.count) / workers
        if part > 0 {
            position += Int(part * Double(permutation.count))
            position %= permutation.count
        }
        return owner + workers * permutation[position]
    }

    /// How probable a rank is among all requests of all workers.
    public func probability(ofRank rank: Int) -> Double {
        law.probability(ofRank: rank)
    }

    static func keyCount(of worker: Int, _ records: Int, _ workers: Int) -> Int {
        worker < records ? (records - worker + workers - 1) / workers : 0
    }
}

/// Deals the head, then evens out the counts, until the rest can go round in turn.
private struct Dealer {
    let capacities: [Int]
    var owners: [UInt16] = []
    var positions: [Int32] = []
    var counts: [Int]
    var masses: [Double]

    init(records: Int, workers: Int) {
        capacities = (0..<workers).map { KeyDealing.keyCount(of: $0, records, workers) }
        counts = Array(repeating: 0, count: workers)
        masses = Array(repeating: 0, count: workers)
    }

    mutating func deal(upTo headRanks: Int, law: any RankSampler) {
        let records = capacities.reduce(0, +)
        // Who takes few hot ranks takes more of those that even out the counts, each about as
        // probable as the head's last: what counts is a rank's probability beyond that.
        let common = law.probability(ofRank: min(headRanks, records) - 1)
        while owners.count < records {
            let isHead = owners.count < headRanks
            // In turn from here on: every worker has as many to come as the rotation gives it.
            if !isHead, restIsEven { return }
            let open = counts.indices.filter { counts[$0] < capacities[$0] }
            let next =
                isHead
                ? open.min { excess(of: $0, over: common) < excess(of: $1, over: common) }
                : open.max { capacities[$0] - counts[$0] < capacities[$1] - counts[$1] }
            guard let next else { return }
            give(rankWithProbability: law.probability(ofRank: owners.count), to: next)
        }
    }

    /// Adds up what falls to each worker by age, newest first.
    mutating func count(upTo headRanks: Int, law: any RankSampler) {
        let records = capacities.reduce(0, +)
        for rank in 0..<min(headRanks, records) {
            let owner = (records - 1 - rank) % counts.count
            counts[owner] += 1
            masses[owner] += law.probability(ofRank: rank)
        }
    }

    private func excess(of worker: Int, over common: Double) -> Double {
        masses[worker] - Double(counts[worker]) * common
    }

    private var restIsEven: Bool {
        let rest = counts.indices.map { capacities[$0] - counts[$0] }
        let total = rest.reduce(0, +)
        return rest.indices.allSatisfy {
            rest[$0] == KeyDealing.keyCount(of: $0, total, rest.count)
        }
    }

    private mutating func give(rankWithProbability probability: Double, to worker: Int) {
        owners.append(UInt16(truncatingIfNeeded: worker))
        positions.append(Int32(truncatingIfNeeded: counts[worker]))
        counts[worker] += 1
        masses[worker] += probability
    }
}
