internal import Foundation
internal import Histories
internal import Sockets
internal import Statistics
internal import Workloads

/// A worker's engine with its voice: events out, commands in, result files at the end.
final class WorkerSession {
    private let configuration: WorkerConfiguration
    let loop: SocketLoop
    let engine: LoadEngine
    private let say: (WorkerEvent) -> Void
    private var startedAt: Int64 = 0
    private var intervalStart: Int64 = 0
    private var ending = "complete"

    private static let progressInterval: Int64 = 250_000_000
    private static let longestInterval: Int64 = 5_000_000_000

    init(
        configuration: WorkerConfiguration,
        loop: SocketLoop,
        recordedArrivals: [Int64] = [],
        say: @escaping (WorkerEvent) -> Void = { FileHandle.standardOutput.write($0.line()) }
    ) {
        self.configuration = configuration
        self.loop = loop
        self.say = say
        let dialler = Dialler(loop: loop, access: configuration.access)
        engine = LoadEngine(
            configuration: configuration,
            dialler: dialler,
            recordedArrivals: recordedArrivals
        )
    }

    /// Begins; `then` gets the exit code once everything is written.
    func run(then: @escaping (Int32) -> Void) {
        tellProgress()
        engine.onPrepared = { [unowned self] in tellLoaded() }
        engine.onFinished = { [unowned self] problem in
            guard let problem else { return then(writeResults()) }
            say(event(.failed, reason: problem))
            then(4)
        }
        engine.prepare()
    }

    func obey(_ command: WorkerCommand) {
        switch command {
        case .start(let time):
            startedAt = max(time, monotonicNow())
            engine.start(at: startedAt)
        case .stop:
            ending = "stopped"
            engine.endMeasurement()
        }
    }

    private func tellLoaded() {
        var event = event(.loaded)
        (event.ok, event.failed, event.unknown) =
            (engine.inserted.ok, engine.inserted.failed, engine.inserted.unknown)
        say(event)
    }

    private func tellProgress() {
        guard engine.phase != .finished else { return }
        engine.recorder.endRun()
        var event = event(.progress)
        let total = engine.recorder.total
        (event.ok, event.failed, event.unknown) = (total.ok, total.failed, total.unknown)
        // An interval goes on until it has enough successes for a p99, but no longer than is recent.
        let p99 = engine.recorder.interval.supported(0.99)
        if p99 != nil || event.at - intervalStart >= Self.longestInterval {
            event.p99 = p99?.seconds
            engine.recorder.resetInterval()
            intervalStart = event.at
        }
        say(event)
        loop.at(event.at + Self.progressInterval) { self.tellProgress() }
    }

    private func event(_ kind: WorkerEvent.Kind, reason: String? = nil) -> WorkerEvent {
        WorkerEvent(
            kind,
            worker: configuration.worker,
            phase: engine.phase.rawValue,
            at: monotonicNow(),
            reason: reason
        )
    }

    private func writeResults() -> Int32 {
        let folder = URL(fileURLWithPath: configuration.folder, isDirectory: true)
        let worker = configuration.worker
        if let problem = engine.historyProblem ?? engine.history?.close() {
            say(event(.failed, reason: "cannot write the history: \(problem)"))
            return 4
        }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let result = engine.result(startedAt: startedAt, ending: ending)
            try encoder.encode(result)
                .write(to: folder.appending(path: WorkerResult.fileName(worker: worker)))
            let timeline = folder.appending(path: WorkerResult.timelineFileName(worker: worker))
            try TimelineFile.write(result.timeline, to: timeline.path)
            if let log = engine.recorder.finishSeries() {
                let file = folder.appending(path: WorkerResult.seriesFileName(worker: worker))
                let kinds = engine.recorder.kindNames
                try SeriesFile.write(log, kinds: kinds, to: file.path)
            }
            try Data(LedgerFile.encode(engine.ledger))
                .write(to: folder.appending(path: WorkerResult.ledgerFileName(worker: worker)))
        } catch {
            say(
                event(
                    .failed,
                    reason: "cannot write results to \(configuration.folder): \(fileProblem(error))"
                )
            )
            return 4
        }
        say(event(.finished))
        return 0
    }
}

extension LoadEngine {
    /// What was counted, in the form of the result file.
    func result(startedAt: Int64, ending: String) -> WorkerResult {
        recorder.endRun()
        let usage = usageAtEnd ?? processorUsage
        let seconds = Double(recorder.measureEnd - recorder.measureStart) / 1e9
        let kinds = zip(recorder.kindNames, recorder.kinds).map { name, figures in
            KindResult(
                kind: name,
                counts: figures.counts,
                latency: figures.latency,
                service: figures.service,
                missing: figures.missing
            )
        }
        let ended = kinds.reduce(0) { $0 + $1.counts.total }
        return WorkerResult(
            worker: configuration.worker,
            group: configuration.group,
            startedAt: startedAt,
            measureStart: recorder.measureStart,
            measureEnd: recorder.measureEnd,
            ending: ending,
            kinds: kinds.filter { $0.counts.total > 0 },
            failures: recorder.failureCounts,
            timeline: recorder.finishTimeline(),
            slowRequests: recorder.slowRequests,
            slowRequestsDropped: recorder.slowRequestsDropped,
            longestGap: recorder.longestGap,
            lastSuccessAt: recorder.lastSuccessAt > 0 ? recorder.lastSuccessAt : nil,
            inserted: inserted,
            generator: GeneratorFigures(
                scheduled: schedule == nil ? ended : scheduled,
                issued: schedule == nil ? ended : recorder.issued,
                offeredRate: offeredRate,
                achievedRate: seconds > 0 ? Double(recorder.completedInMeasurement) / seconds : 0,
                sendLag: recorder.sendLag,
                userTime: usage.user - usageAtStart.user,
                systemTime: usage.system - usageAtStart.system,
                threadUserTime: usage.threadUser - usageAtStart.threadUser,
                threadSystemTime: usage.threadSystem - usageAtStart.threadSystem,
                awakeTime: usage.awake - usageAtStart.awake,
                wallTime: seconds,
                waitTime: usage.waited(since: usageAtStart),
                peakMemory: usage.peakMemory,
                meanOutstanding: recorder.meanOutstanding(at: now),
                attended: recorder.attendance.requests,
                attendedTime: recorder.attendance.time / 1e9,
                reconnections: reconnections,
                redirections: redirections
            ),
            history: history.map {
                HistoryFigures(operations: $0.operations, bytes: $0.bytes, isCut: $0.isCut)
            }
        )
    }
}
