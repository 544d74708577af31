public import Consistency

/// A cell in one row: figures over its repeats, counts added up.
public struct CellSummary: Sendable, Hashable, Codable {
    /// Successful operations per second.
    public var throughput: Spread?
    public var p50: Spread?
    public var p99: Spread?
    public var p999: Spread?
    public var max: Spread?
    public var longestOutage: Spread?
    /// Of the busiest node, in parts of its fair share.
    public var operationsPeak: Spread?
    /// Of the fullest node, in parts of its fair share.
    public var bytesPeak: Spread?
    /// What nodes that joined or left made move.
    public var movedBytes: Spread?
    /// Copies of shards, in parts of the fewest that had to move.
    public var movedShards: Spread?
    /// Bytes, in parts of the fewest that had to move.
    public var movedRatio: Spread?
    public var acknowledged: Int?
    public var lost: Int?
    public var resurrected: Int?
    public var garbage: Int?
    public var unknown: Int?
    /// One for each `WriteFate`, over all trials; empty without a ledger.
    public var fates: [FateTotal] = []
    public var verdict: Verdict
    public var gatesPassed: Bool

    public init(of trials: [TrialRecord]) {
        throughput = Spread(trials.compactMap(\.throughput))
        p50 = Spread(trials.compactMap { $0.latency?.p50 })
        p99 = Spread(trials.compactMap { $0.latency?.p99 })
        p999 = Spread(trials.compactMap { $0.latency?.p999 })
        max = Spread(trials.compactMap { $0.latency?.max })
        longestOutage = Spread(trials.compactMap { $0.availability?.worstOutage?.duration })
        operationsPeak = Spread(trials.compactMap { $0.balance?.operationsPeak })
        bytesPeak = Spread(trials.compactMap { $0.balance?.bytesPeak })
        let movements = trials.compactMap(\.movement)
        movedBytes = Spread(movements.map { Double($0.bytes) })
        movedShards = Spread(movements.compactMap(\.shardRatio))
        movedRatio = Spread(movements.compactMap(\.byteRatio))
        let ledgers = trials.compactMap(\.ledger)
        func total(_ count: KeyPath<LedgerAccount, Int>) -> Int? {
            ledgers.isEmpty ? nil : ledgers.reduce(0) { $0 + $1[keyPath: count] }
        }
        acknowledged = total(\.acknowledged)
        lost = total(\.lost)
        resurrected = total(\.resurrected)
        garbage = total(\.garbage)
        unknown = total(\.unknown)
        fates = WriteFate.allCases.compactMap { FateTotal($0, of: ledgers) }
        // Nothing is known of a cell whose turn never came.
        verdict =
            trials.isEmpty ? .unknown(["not carried out"]) : .combined(trials.map(\.verdict))
        gatesPassed = trials.allSatisfy { $0.gates.allSatisfy { $0.passed != false } }
    }
}

/// A figure over repeats: never a mean, since one stalled trial would move it.
public struct Spread: Sendable, Hashable, Codable {
    public var median: Double
    public var minimum: Double
    public var maximum: Double
    public var count: Int

    /// `nil` without values.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        minimum = first
        maximum = last
        count = sorted.count
        median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// How many writes of a cell's trials had one fate.
public struct FateTotal: Sendable, Hashable, Codable {
    public var fate: WriteFate
    /// Whether the workload can show it.
    public var isShown: Bool
    public var count: Int

    /// `nil` without ledgers.
    init?(_ fate: WriteFate, of ledgers: [LedgerAccount]) {
        let accounts = ledgers.compactMap { $0[fate] }
        guard !accounts.isEmpty else { return nil }
        self.fate = fate
        isShown = accounts.contains(where: \.isShown)
        count = accounts.reduce(0) { $0 + $1.count }
    }

    /// A dash where the workload cannot show it, so that a zero means something.
    var figure: String { isShown || count > 0 ? Figure.count(count) : Figure.missing }
}

// The records of runs from before there were these are still read.
extension KeyedDecodingContainer {
    func decode(_: [FateTotal].Type, forKey key: Key) throws -> [FateTotal] {
        try decodeIfPresent([FateTotal].self, forKey: key) ?? []
    }
}
