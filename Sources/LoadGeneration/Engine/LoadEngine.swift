internal import CSystemCalls
internal import Determinism
internal import Histories
internal import Sockets
internal import Topology
internal import Workloads

/// The clients of one worker: it draws requests, carries them to the nodes, and counts how they end.
///
/// Confined to its loop. Requests live in one table and are named by number everywhere else; a
/// request is in exactly one place: waiting for its key, parked until a node can take it, or under way
/// on one link.
final class LoadEngine {
    let configuration: WorkerConfiguration
    let dialler: Dialler
    let loop: SocketLoop
    let limits: RequestTimes
    let quantum: Int64
    /// After a connection that failed, up to four times as long: a node that comes back is noticed
    /// soon, one that is gone costs little, however many clients ask for it.
    let backoff: Int64
    let thinkTime: Int64

    /// The time of the event that is being handled; nanoseconds of the monotonic clock.
    var now = monotonicNow()
    var view: ClusterView
    var requests = RequestTable()
    var queues: KeyQueues
    var ledger: KeyLedger
    var source: OperationSource
    let templates: CommandTemplates
    /// For what the templates do not know.
    var composer: CommandComposer
    /// Whether keys and values all look alike, so that templates do.
    let isPlain: Bool
    let naming: KeyNaming
    /// Notes everything for the judgement by history; nil where nobody asked for it.
    let history: HistoryRecorder?
    /// Why there is no history although somebody asked for it.
    private(set) var historyProblem: String?
    let layout: RecordLayout
    let loading: RecordLoading
    /// Whether every worker writes every key: then the history judges, and no ledger is kept.
    let isShared: Bool
    /// Whether this worker's keys are its own, each written by one connection at a time.
    let keepsLedger: Bool
    /// Whether a client may ask for any of the keys it writes instead of the one that was drawn: all
    /// are equally likely, and each client keeps its own requests under way.
    let dealsKeysToClients: Bool
    /// Whether writes of keys of its own are among what this worker does.
    let writesOwnKeys: Bool
    /// Whether a yes to a read or an update says no more than that.
    let answersAreOnlyCounted: Bool
    /// Whether a client's next request begins when its last one has ended.
    let isClosedLoop: Bool
    /// Clients of a closed loop whose next request is due.
    var turns = TurnList()
    /// Room for what they ask for.
    var turnsTaken = TurnList()
    var operations: [Operation] = []
    /// When the load began.
    var startedAt: Int64 = 0
    /// What this worker loads before the measurement.
    let loadedKeys: OwnedKeys
    /// By record, where compare-and-sets need it: the last value that was seen there.
    var lastSeen: [UInt64]
    /// The last name of a write that a worker of shared keys has given out.
    var lastSequence: UInt32 = 0
    var recorder: Recorder
    var inserted = OutcomeCounts()
    var phase = Phase.preparing

    var links: LinkTable
    /// Links with output that has yet to be flushed.
    var dirty: [NodeLink] = []
    /// Requests that no node can take at the moment, oldest first.
    var parked: [RequestID] = []
    /// The client the next read goes through: in turn in an open loop; in a closed loop the one that
    /// was just answered, so that pipelined requests leave together.
    var nextReader = 0
    /// Whether requests leave at once.
    ///
    /// With deep pipelines, those for other links wait for the end of the turn, when more will have
    /// gathered.
    let flushesAtOnce: Bool
    var reconnections = 0
    var redirections = 0

    var connectingSince: Int64 = 0
    var dialCursor = 0
    var mapWanted = true
    var mapAskedAt: Int64 = 0
    var mapNextNode = 0
    /// The sentinel that is asked next.
    var sentinelTurn = 0
    /// Whether another node may take over what one node served.
    let canMove: Bool

    var schedule: OpenSchedule?
    /// This worker's part of the times that were recorded elsewhere, where there are any.
    let recordedArrivals: [Int64]
    var insertCursor = 0
    var usageAtStart = ProcessorUsage()
    var usageAtEnd: ProcessorUsage?
    var ending = "complete"
    /// Called once the records are there and the connections stand.
    var onPrepared: () -> Void = {}
    /// Called once every request has an outcome, or with the reason why nothing can come of it.
    var onFinished: (String?) -> Void = { _ in }

    /// The hash slot of every key this worker owns, by its position; of every record, where all
    /// workers share them.
    let slots: [UInt16]
    let slottedKeys: OwnedKeys

    enum Phase: String {
        case preparing, insert, ready, warmup, measure, drain, finished
    }

    init(
        configuration: WorkerConfiguration,
        dialler: Dialler,
        recordedArrivals: [Int64] = []
    ) {
        self.configuration = configuration
        self.dialler = dialler
        loop = dialler.loop
        self.recordedArrivals = recordedArrivals
        limits = RequestTimes(configuration.limits)
        quantum = configuration.quantum.nanoseconds
        backoff = 10_000_000 * Int64(max(1, configuration.clients / 500))
        thinkTime = configuration.thinkTime.nanoseconds
        if case .closed(let pipeline) = configuration.load, pipeline > 1 {
            flushesAtOnce = false
        } else {
            flushesAtOnce = true
        }
        canMove = configuration.discovery != .fixed
        view = Self.firstView(configuration)
        let workload = configuration.workload.base
        loadedKeys = OwnedKeys(
            worker: configuration.worker,
            of: configuration.workers,
            keyCount: workload.records
        )
        isShared = type(of: workload).sharing != .owned
        layout = workload.layout
        loading = workload.loading
        keepsLedger = !isShared && configuration.keepsLedger
        let keys = keepsLedger ? loadedKeys : OwnedKeys(count: 0)
        if case .closed = configuration.load { isClosedLoop = true } else { isClosedLoop = false }
        dealsKeysToClients =
            isClosedLoop && workload.distribution.base is Uniform
            && keepsLedger && keys.count >= configuration.clients
        writesOwnKeys = keepsLedger && workload.mix.shares.contains { $0.kind.isWrite }
        (history, historyProblem) = Self.recorder(configuration)
        let compares = workload.mix.shares.contains { $0.kind == .compareAndSet }
        answersAreOnlyCounted = !compares && configuration.historyLimit == nil
        lastSeen = Array(repeating: 0, count: compares ? workload.records : 0)
        let firstWriter = UInt32(configuration.worker) * Self.writersPerWorker
        ledger = KeyLedger(
            keys: keys,
            writers: firstWriter..<firstWriter + UInt32(configuration.clients)
        )
        queues = KeyQueues(keyCount: keys.count)
        let naming = workload.shape.naming
        self.naming = naming
        slottedKeys = isShared ? OwnedKeys(count: workload.records) : loadedKeys
        slots = canMove ? Self.slots(of: slottedKeys, naming) : []
        let seed = configuration.seed.derived("load")
        source = Self.source(configuration, seed: seed)
        isPlain = workload.shape.isPlain
        composer = CommandComposer(workload: workload, seed: seed)
        templates = CommandTemplates(valueBytes: workload.valueBytes)
        links = LinkTable(clients: configuration.clients)
        recorder = Recorder(
            kinds: OperationKind.allCases.dropLast().map(\.name)
                + (workload.commands.isEmpty ? [] : workload.commands.map(\.text)),
            measureStart: .max,
            measureEnd: .max
        )
    }

    /// More clients than a worker may have, so that no two connections share a writer's number.
    static let writersPerWorker: UInt32 = 1 << 17
}

/// The limits as nanoseconds.
struct RequestTimes {
    let request: Int64
    let silence: Int64
    let connect: Int64
    let retryPause: Int64

    init(_ limits: RequestLimits) {
        request = limits.request.nanoseconds
        silence = limits.silence.nanoseconds
        connect = limits.connect.nanoseconds
        retryPause = limits.retryPause.nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds; beyond 292 years, the largest number.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carry ? .max : sum
    }
}
