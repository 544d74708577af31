/// What one request does.
public enum OperationKind: UInt8, Sendable, Hashable, Codable, CaseIterable {
    case read
    case update
    /// The first write of a record: all of them before the measurement, and new ones during it where
    /// the workload has inserts.
    case insert
    /// A write that happens only if the key still holds what was last seen there.
    case compareAndSet
    /// To a counter; the amount may be negative.
    case add
    case readCounter
    /// An element to the end of a list.
    case append
    /// An element to a set, which is kept as a list: a set would hide what was added twice.
    case insertElement
    /// A whole list.
    case readAll
    /// Between two keys of a record, as one.
    case transfer
    /// All keys of a record, as one.
    case readBalances
    /// Appends and reads of several keys of a record, as one.
    case transaction
    /// A read and, when it is answered, a write of the same key: two round trips, one latency.
    case readModifyWrite
    /// One read of some consecutive records.
    case scan
    /// One of the workload's own commands.
    case command

    /// Whether an answer that did not come leaves open what the store holds.
    public var isWrite: Bool {
        switch self {
        case .read, .readCounter, .readAll, .readBalances, .scan: false
        case .update, .insert, .compareAndSet, .add, .append, .insertElement, .transfer,
            .transaction, .readModifyWrite:
            true
        // What a command does to the store is its own business.
        case .command: true
        }
    }

    public var name: String {
        switch self {
        case .read: "read"
        case .update: "update"
        case .insert: "insert"
        case .compareAndSet: "compare-and-set"
        case .add: "add"
        case .readCounter: "read-counter"
        case .append: "append"
        case .insertElement: "insert-element"
        case .readAll: "read-all"
        case .transfer: "transfer"
        case .readBalances: "read-balances"
        case .transaction: "transaction"
        case .readModifyWrite: "read-modify-write"
        case .scan: "scan"
        case .command: "command"
        }
    }
}

/// One request: what it does, to which key.
public struct Operation: Sendable, Hashable {
    public var kind: OperationKind
    /// The record's index.
    public var key: Int
    /// The first of the keys that the record has at the time, where it has several.
    public var part = 0
    /// Drawn for kinds that have more to choose: an amount, the seed of a transaction, how many
    /// records a scan reads.
    public var argument: UInt64 = 0
    /// Which of the workload's own commands, by its index.
    public var command: UInt16 = 0
    /// The length of what is written; 0 where nothing is.
    public var valueBytes: Int32 = 0
    /// Milliseconds until what is written expires; 0 where it stays.
    public var lifetime: Int64 = 0

    public init(kind: OperationKind, key: Int) {
        self.kind = kind
        self.key = key
    }
}

/// Which kinds of requests there are, and how often.
public struct OperationMix: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    private var kinds: [OperationKind] = []
    private var bounds: [Double] = []

    /// A mix of a workload's own commands, by their weights; there is one at least.
    public init(commands weights: [Double]) {
        precondition(!weights.isEmpty, "Requests do something.")
        let total = weights.reduce(0, +)
        var bound = 0.0
        for weight in weights {
            bound += weight / total
            kinds.append(.command)
            bounds.append(bound)
        }
    }

    /// Shares that sum to 1, at least one of them.
    public init(dictionaryLiteral elements: (OperationKind, Double)...) {
        precondition(!elements.isEmpty, "Requests do something.")
        var bound = 0.0
        for (kind, share) in elements {
            bound += share
            kinds.append(kind)
            bounds.append(bound)
        }
    }

    /// Each kind with the part of all requests that it makes up.
    public var shares: [(kind: OperationKind, share: Double)] {
        kinds.indices.map { index in
            (kinds[index], bounds[index] - (index == 0 ? 0 : bounds[index - 1]))
        }
    }

    /// nil where there are several.
    var onlyKind: OperationKind? { kinds.count == 1 ? kinds[0] : nil }

    /// The place in `shares` that a number from 0 up to 1 stands for, and its kind.
    func choice(at unit: Double) -> (index: Int, kind: OperationKind) {
        var index = 0
        while index + 1 < kinds.count, unit >= bounds[index] { index += 1 }
        return (index, kinds[index])
    }
}
