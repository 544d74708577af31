public import Determinism

/// What clients do, as a description: the mix of requests, the records they touch, by which law.
public protocol Workload: Codable, Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// Who writes a key.
    static var sharing: KeySharing { get }

    init()

    /// How many keys, or groups of keys, the law chooses among.
    var records: Int { get set }
    /// How keys are named, and what values look like.
    var shape: RecordShape { get set }
    /// Which of the records a request asks for.
    var distribution: AnyDistribution { get set }
    /// What requests do, and how often each.
    var mix: OperationMix { get }
    /// What the records hold before the measurement begins.
    var loading: RecordLoading { get }
    /// How a record's keys are laid out.
    var layout: RecordLayout { get }
    /// How many records a scan reads, each number equally likely.
    var scanLengths: ClosedRange<Int> { get }
    /// What the mix's commands are; empty where it has none.
    var commands: [CommandTemplate] { get }
}

/// Who writes a key, and so what the judgement of the writes rests on.
public enum KeySharing: Sendable, Hashable {
    /// One connection, one write at a time: the ledger knows what must be there.
    case owned
    /// Every client of every worker, at any time; the history is held against the model of this
    /// name.
    case shared(model: String)
    /// Every client, and nothing is judged: nobody knows what the commands mean.
    case unjudged
}

/// What a record holds before the measurement begins.
public enum RecordLoading: Sendable, Hashable {
    case nothing
    /// A written value.
    case value
    /// This number in each of its keys.
    case number(Int64)
}

/// How the keys of one record are named; those of a record are in one slot.
public struct RecordLayout: Sendable, Hashable {
    /// Keys that transactions of the record touch; 0 where the record's name itself is the key.
    public var parts: Int
    /// After so many additions to a record, all workers together, its keys make room for new ones.
    ///
    /// What is read whole must not grow without end.
    public var additionsPerGeneration: Int?

    /// One key a record, of the record's name.
    public static let single = Self(parts: 0)

    public init(parts: Int, additionsPerGeneration: Int? = nil) {
        self.parts = parts
        self.additionsPerGeneration = additionsPerGeneration
    }
}

extension Workload {
    public static var sharing: KeySharing { .owned }
    public var loading: RecordLoading { .value }
    public var layout: RecordLayout { .single }
    public var scanLengths: ClosedRange<Int> { 1...1 }
    public var commands: [CommandTemplate] { [] }

    /// The length of the longest value; setting it makes all values as long.
    public var valueBytes: Int {
        get { shape.valueBytes.greatest }
        set { shape.valueBytes = .fixed(newValue) }
    }

    /// Whether records hold values as long as the shape says, rather than numbers, or lists of what
    /// requests add.
    public var holdsValues: Bool { loading == .value }

    /// Whether requests add records, so that there are more keys than `records`.
    public var grows: Bool { mix.shares.contains { $0.kind == .insert } }
}

/// Every workload a plan can name.
public let workloads: [any Workload.Type] = [
    UpdatesWorkload.self,
    YCSBA.self,
    YCSBB.self,
    YCSBC.self,
    YCSBD.self,
    YCSBE.self,
    YCSBF.self,
    RegisterWorkload.self,
    UniqueWritesWorkload.self,
    AppendWorkload.self,
    CounterWorkload.self,
    SetWorkload.self,
    BankWorkload.self,
    ListAppendWorkload.self,
    CommandWorkload.self,
]
