internal import CSystemCalls
internal import Determinism
internal import Histories
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
    var templates: CommandTemplates
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
    private let dealsKeysToClients: Bool
    /// Clients of a closed loop whose next request is due.
    var turns: [Int32] = []
    /// Room for what they ask for.
    private var turnsTaken: [Int32] = []
    private var operations: [Operation] = []
    /// When the load began.
    var startedAt: Int64 = 0
    /// What this worker loads before the measurement.
    let loadedKeys: OwnedKeys
    /// By record, where compare-and-sets need it: the last value that was seen there.
    var lastSeen: [UInt64]
    /// The last name of a write that a worker of shared keys has given out.
    private var lastSequence: UInt32 = 0
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
    private let slots: [UInt16]
    private let slottedKeys: OwnedKeys

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
        if case .closed = configuration.load, workload.distribution.base is Uniform {
            dealsKeysToClients = keepsLedger && keys.count >= configuration.clients
        } else {
            dealsKeysToClients = false
        }
        (history, historyProblem) = Self.recorder(configuration)
        let compares = workload.mix.shares.contains { $0.kind == .compareAndSet }
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
            origin: 0,
            measureStart: .max,
            measureEnd: .max
        )
    }

    /// More clients than a worker may have, so that no two connections share a writer's number.
    static let writersPerWorker: UInt32 = 1 << 17

    /// Begins a request; a write waits for the one before it on its key.
    func submit(_ operation: Operation, intendedAt: Int64, isScheduled: Bool) {
        let isOwnWrite = keepsLedger && operation.kind.isWrite
        var operation = operation
        var request = Request()
        request.kind = operation.kind
        request.isScheduled = isScheduled
        request.intendedAt = intendedAt
        let position = keepsLedger ? position(of: operation, for: nextReader) : 0
        if dealsKeysToClients, operation.kind != .insert {
            operation.key = slottedKeys.key(at: position)
        }
        request.key = Int32(truncatingIfNeeded: operation.key)
        request.valueBytes = operation.valueBytes
        request.lifetime = operation.lifetime
        request.command = operation.command
        if canMove { request.slot = slot(ofKey: operation.key) }
        if isOwnWrite {
            request.client = Int32(truncatingIfNeeded: position % links.clients)
        } else {
            request.client = Int32(truncatingIfNeeded: nextReader)
            if isScheduled || operation.kind == .insert {
                nextReader = nextReader + 1 == links.clients ? 0 : nextReader + 1
            }
        }
        if !keepsLedger { prepareShared(&request, operation) }
        recorder.begin(intendedAt: intendedAt, at: now, isScheduled: isScheduled)
        let id = requests.insert(request)
        if isOwnWrite {
            guard queues.begin(id, position: position, requests: &requests) else { return }
            requests[id].sequence = ledger.issue(operation.key)
        }
        route(id)
    }

    /// Begins the next requests of the clients whose turn it is.
    ///
    /// All are drawn first, and what they need is fetched meanwhile: with many keys it is in no
    /// cache, and one wait serves all.
    func takeTurns() {
        while !turns.isEmpty {
            swap(&turns, &turnsTaken)
            guard phase == .warmup || phase == .measure else { return turnsTaken.removeAll() }
            let elapsed = now - startedAt
            for client in turnsTaken {
                let operation = source.next(client: Int(client), elapsed: elapsed)
                if keepsLedger, operation.kind.isWrite {
                    prefetch(position: position(of: operation, for: Int(client)))
                }
                operations.append(operation)
            }
            for (index, client) in turnsTaken.enumerated() {
                nextReader = Int(client)
                submit(operations[index], intendedAt: now, isScheduled: false)
            }
            operations.removeAll(keepingCapacity: true)
            turnsTaken.removeAll(keepingCapacity: true)
        }
    }

    func prefetch(key: Int) {
        prefetch(position: position(ofKey: key))
    }

    private func prefetch(position: Int) {
        queues.prefetch(position)
        unsafe ledger.entries.withUnsafeBufferPointer { entries in
            unsafe ordeal_prefetch(entries.baseAddress?.advanced(by: position))
        }
    }

    /// Names what a request on shared keys writes.
    private func prepareShared(_ request: inout Request, _ operation: Operation) {
        request.part = Int32(truncatingIfNeeded: operation.part)
        request.argument = operation.argument
        if request.kind == .compareAndSet {
            request.argument = lastSeen[operation.key]
            // Nothing was seen there yet, so there is nothing to compare with.
            if request.argument == 0 { request.kind = .read }
        }
        guard request.kind.isWrite else { return }
        request.sequence = lastSequence + 1
        lastSequence += request.kind == .transaction ? UInt32(TransactionShape.mostSteps) : 1
    }

    /// Ends a request for good, and lets the next write of its key begin.
    func settle(_ id: RequestID, _ outcome: Outcome, reason: UInt8, isMissing: Bool = false) {
        let request = requests[id]
        let key = Int(request.key)
        count(request, outcome, reason: reason, isMissing: isMissing)
        requests.remove(id)
        if history != nil { recordEnd(request.process, outcome) }
        if request.kind.isWrite, keepsLedger {
            ledger.record(outcome, key: key, sequence: request.sequence, at: now)
            beginNextWrite(ofKey: key)
        }
        if request.kind == .insert, phase != .insert, outcome == .ok { source.insertEnded() }
        requestEnded(client: request.client)
    }

    /// What was due too long ago was never sent; it ends here, and the turn goes on.
    private func beginNextWrite(ofKey key: Int) {
        let position = position(ofKey: key)
        while let next = queues.end(position: position, requests: &requests) {
            if !requests[next].isScheduled { requests[next].intendedAt = now }
            guard isOverdue(next) || phase == .finished else {
                requests[next].sequence = ledger.issue(key)
                return route(next)
            }
            count(requests[next], .failed, reason: FailureNames.notSent, isMissing: false)
            let client = requests[next].client
            requests.remove(next)
            requestEnded(client: client)
        }
    }

    func isOverdue(_ id: RequestID) -> Bool {
        now - requests[id].intendedAt > limits.request
    }

    private func count(_ request: Request, _ outcome: Outcome, reason: UInt8, isMissing: Bool) {
        if phase == .insert { inserted.count(outcome) }
        recorder.end(
            Completion(
                kind: recordedKind(of: request),
                outcome: outcome,
                reason: reason,
                intendedAt: request.intendedAt,
                firstSentAt: request.firstSentAt,
                isMissing: isMissing
            ),
            at: now
        )
    }

    /// Each of the workload's own commands is a kind of its own.
    private func recordedKind(of request: Request) -> Int {
        let kind = Int(request.kind.rawValue)
        return request.kind == .command ? kind + Int(request.command) : kind
    }

    /// A record that was added during the load stands in no table.
    private func slot(ofKey key: Int) -> UInt16 {
        if let position = slottedKeys.position(of: key) { return slots[position] }
        return UInt16(KeySlot.slot(of: naming.bytes(of: key).span))
    }

    private func position(ofKey key: Int) -> Int {
        guard let position = slottedKeys.position(of: key) else {
            preconditionFailure("A worker asks for the keys it owns.")
        }
        return position
    }

    /// Where the key of a request stands in this worker's tables, if `client` is to ask.
    func position(of operation: Operation, for client: Int) -> Int {
        let drawn = position(ofKey: operation.key)
        guard dealsKeysToClients, operation.kind != .insert else { return drawn }
        let own = drawn - drawn % links.clients + client
        return own < slottedKeys.count ? own : own - links.clients
    }
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

/// Nanoseconds of CLOCK_MONOTONIC, which the loop's alarms count too.
func monotonicNow() -> Int64 {
    Int64(ordeal_monotonic_nanoseconds())
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
