internal import CSystemCalls
internal import Histories
internal import Sockets
internal import Workloads

/// The course of a worker: connect, load the records, wait, warm up, measure, drain.
extension LoadEngine {
    /// Inserts under way per client: loading need not be gentle.
    private static let insertDepth = 16
    /// After the last request's own limit, before the rest is declared unfinished.
    private static let drainMargin: Int64 = 500_000_000

    func prepare() {
        loop.onTurnEnd = { [unowned self] in flush() }
        loop.onPace = { [unowned self] in
            now = loop.now
            keepSchedule()
        }
        tick()
    }

    /// No listening socket has room for more at once.
    private static let dialledAtOnce = 128
    /// Of a connection that does not come about: the load begins without it.
    private static let connectPatience: Int64 = 10_000_000_000

    /// One connection of every client to every primary, before anything is measured.
    func connectEverywhere() {
        let nodes = view.primaryNodes
        if connectingSince == 0 { connectingSince = now }
        var (missing, dialling) = (0, 0)
        for client in 0..<links.clients {
            for node in nodes {
                let link = link(client: client, node: node)
                guard !link.isOpen else { continue }
                missing += 1
                guard dialling < Self.dialledAtOnce else { continue }
                dialling += 1
                dialCursor = client + 1
                connectIfClosed(link)
            }
        }
        let isPatient = now - connectingSince < Self.connectPatience
        guard view.hasAllSlots, missing == 0 || !isPatient else { return }
        phase = .insert
        guard configuration.insertsRecords, loading != .nothing, loadedKeys.count > 0 else {
            return becomeReady()
        }
        let depth = links.clients * Self.insertDepth
        for _ in 0..<min(depth, loadedKeys.count) { insertNext() }
        flush()
    }

    /// A connection has come about before the load: the next one takes its place in the queue.
    func dialNext() {
        guard dialCursor < links.clients else { return }
        for node in view.primaryNodes { connectIfClosed(link(client: dialCursor, node: node)) }
        dialCursor += 1
    }

    private func insertNext() {
        let key = loadedKeys.key(at: insertCursor)
        insertCursor += 1
        submit(source.loading(of: key), intendedAt: now, isScheduled: false)
    }

    private func becomeReady() {
        phase = .ready
        reconnections = 0
        redirections = 0
        onPrepared()
    }

    /// Begins the load at a time of the monotonic clock that all workers share.
    func start(at startedAt: Int64) {
        guard phase == .ready else { return }
        self.startedAt = startedAt
        let measureStart = startedAt + configuration.warmup.nanoseconds
        let measureEnd = measureStart + configuration.measure.nanoseconds
        var names = FailureNames()
        swap(&names, &recorder.names)
        recorder.endRun()
        recorder = Recorder(
            kinds: recorder.kindNames,
            measureStart: measureStart,
            measureEnd: measureEnd,
            keepsSeries: configuration.keepsSeries,
            keepsFaultEvidence: configuration.keepsFaultEvidence
        )
        recorder.names = names
        at(startedAt) { self.beginWarmup(from: startedAt, measureEnd: measureEnd) }
        at(measureStart) { self.beginMeasurement() }
        at(measureEnd) { self.endMeasurement() }
    }

    func at(_ time: Int64, _ task: @escaping () -> Void) {
        loop.at(time) {
            self.now = monotonicNow()
            task()
        }
    }

    private func beginWarmup(from startedAt: Int64, measureEnd: Int64) {
        guard phase == .ready else { return }
        phase = .warmup
        requests.tidy()
        if case .closed(let pipeline) = configuration.load {
            for client in 0..<links.clients {
                for _ in 0..<pipeline { turns.append(Int32(truncatingIfNeeded: client)) }
            }
        } else {
            schedule = openSchedule(from: startedAt, to: measureEnd)
            if configuration.staysAwake {
                loop.vigil = Vigil(at: now, preemptions: ordeal_thread_preemptions())
            }
            keepSchedule()
        }
    }

    var processorUsage: ProcessorUsage {
        var usage = ProcessorUsage.ofThisProcess()
        usage.awake = Double(loop.vigil?.time ?? 0) / 1e9
        return usage
    }

    private func beginMeasurement() {
        guard phase == .warmup else { return }
        phase = .measure
        usageAtStart = processorUsage
    }

    /// At its time, or when the harness says `stop`; what is due by now is still sent.
    func endMeasurement() {
        guard phase == .warmup || phase == .measure else { return }
        now = monotonicNow()
        if phase == .warmup { recorder.measureStart = min(recorder.measureStart, now) }
        recorder.measureEnd = min(recorder.measureEnd, now)
        usageAtEnd = processorUsage
        if schedule != nil {
            schedule?.end = recorder.measureEnd
            keepSchedule()
        }
        phase = .drain
        flush()
        at(now + limits.request * 2 + Self.drainMargin) { self.finish() }
        drainIfDone()
    }

    /// Hands over a request that is due by the schedule; the clients take turns.
    func submitScheduled(dueAt time: Int64) {
        let operation = source.next(client: nextReader, elapsed: now - startedAt)
        submit(operation, intendedAt: time, isScheduled: true)
    }

    /// A request of a client has ended; in a closed loop, its next one begins.
    func requestEnded(client: Int32) {
        switch phase {
        case .warmup, .measure: if isClosedLoop { continueClosedLoop(client) }
        case .insert:
            if insertCursor < loadedKeys.count {
                insertNext()
            } else if requests.count == 0 {
                becomeReady()
            }
        case .preparing, .ready, .drain, .finished: break
        }
    }

    private func continueClosedLoop(_ client: Int32) {
        guard thinkTime > 0 else { return turns.append(client) }
        at(now + thinkTime) { self.turns.append(client) }
    }

    func drainIfDone() {
        if phase == .drain, requests.count == 0, schedule?.nextDue == nil { finish() }
    }

    /// Whatever has no outcome by now gets one, and everything is over.
    private func finish() {
        guard phase == .drain else { return }
        phase = .finished
        loop.vigil = nil
        var ids = parked
        forEachLink { link in
            ids += link.outstanding.takeAll()
            link.connection.close()
        }
        parked.removeAll()
        for id in ids where id >= 0 {
            let wasSent = requests[id].firstSentAt > 0
            settle(id, wasSent ? .unknown : .failed, reason: FailureNames.unfinished)
        }
        ledger.giveUpOutstanding(at: now)
        onFinished(nil)
    }
}
