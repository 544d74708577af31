import Determinism
import Foundation
import Histories
import Sockets
import Synchronization
import Testing
import Workloads

@testable import LoadGeneration

/// One worker inside the test, with everything it left behind.
struct WorkerRun {
    var result: WorkerResult
    var ledger: KeyLedger
    /// Where one was asked for.
    var recording: HistoryFileReader.Recording?
    var events: [WorkerEvent]
    var exitCode: Int32

    var counts: OutcomeCounts {
        result.kinds.reduce(into: OutcomeCounts()) { sum, kind in
            sum.ok += kind.counts.ok
            sum.failed += kind.counts.failed
            sum.unknown += kind.counts.unknown
        }
    }

    /// How many failures a class has.
    func failures(_ name: String) -> Int {
        result.failures.filter { $0.name == name }.reduce(0) { $0 + $1.count }
    }

    /// Runs a worker from its configuration to its files; `during` runs once the load has started.
    static func of(
        _ configuration: WorkerConfiguration,
        during: @escaping @Sendable (ControlledWorker) async throws -> Void = { _ in }
    ) async throws -> WorkerRun {
        var configuration = configuration
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "load-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        configuration.folder = folder.path
        let worker = ControlledWorker(configuration: configuration)
        let code = try await worker.run(during: during)
        let worked = folder.appending(path: WorkerResult.fileName(worker: configuration.worker))
        let ledger = folder.appending(
            path: WorkerResult.ledgerFileName(worker: configuration.worker)
        )
        let history = folder.appending(
            path: WorkerResult.historyFileName(worker: configuration.worker)
        )
        let recorded = try? Data(contentsOf: history)
        var result = try JSONDecoder().decode(
            WorkerResult.self,
            from: Data(contentsOf: worked)
        )
        let timeline = WorkerResult.timelineFileName(worker: configuration.worker)
        result.timeline = try #require(
            TimelineFile.read([UInt8](Data(contentsOf: folder.appending(path: timeline))))
        )
        if configuration.keepsSeries {
            let name = WorkerResult.seriesFileName(worker: configuration.worker)
            result.series = SeriesFile.read(
                [UInt8](try Data(contentsOf: folder.appending(path: name)))
            )
        }
        return WorkerRun(
            result: result,
            ledger: try LedgerFile.decode([UInt8](Data(contentsOf: ledger))),
            recording: try recorded.map { try HistoryFileReader.read([UInt8]($0)) },
            events: worker.events,
            exitCode: code
        )
    }
}

/// A worker's session and the test's hand on it.
final class ControlledWorker: Sendable {
    private let configuration: WorkerConfiguration
    private let said = Mutex<[WorkerEvent]>([])
    private let thread = Mutex<LoopThread<WorkerSession>?>(nil)

    init(configuration: WorkerConfiguration) {
        self.configuration = configuration
    }

    var events: [WorkerEvent] { said.withLock { $0 } }

    func obey(_ command: WorkerCommand) {
        thread.withLock { $0 }?.post { $0.obey(command) }
    }

    /// Asks the session on its own thread, once it has begun.
    func onLoop<Answer: Sendable>(
        _ ask: @escaping @Sendable (WorkerSession) -> Answer
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            let thread = thread.withLock { $0 }
            precondition(thread != nil, "The session has begun.")
            thread?.post { continuation.resume(returning: ask($0)) }
        }
    }

    /// Runs a worker that cannot begin.
    func runUntilFailure() async throws -> Int32 {
        try await start()
        for await code in ended.stream { return code }
        throw NeverHappened(what: "the worker ended")
    }

    private let ended = AsyncStream<Int32>.makeStream()

    private func start() async throws {
        let configuration = configuration
        let thread = try await LoopThread.start(name: "worker") { loop in
            WorkerSession(configuration: configuration, loop: loop) { event in
                self.said.withLock { $0.append(event) }
            }
        }
        self.thread.withLock { $0 = thread }
        thread.post { session in
            session.run { code in
                self.ended.continuation.yield(code)
                self.ended.continuation.finish()
                session.loop.stop()
            }
        }
    }

    func run(
        during: @escaping @Sendable (ControlledWorker) async throws -> Void
    ) async throws -> Int32 {
        try await start()
        try await eventually("the records are loaded") {
            self.events.contains { $0.event == .loaded }
        }
        obey(.start(at: monotonicNow() + 1_000_000))
        try await during(self)
        for await code in ended.stream { return code }
        throw NeverHappened(what: "the worker ended")
    }
}

extension WorkerConfiguration {
    /// A short run of few clients against some nodes, with short limits.
    static func brief(_ nodes: [ScriptedNode], load: LoadShape) -> WorkerConfiguration {
        var workload = YCSBA()
        workload.records = 100
        workload.valueBytes = 64
        var configuration = WorkerConfiguration(
            worker: 0,
            workers: 1,
            seed: Seed(7),
            group: "main",
            endpoints: nodes.map(\.endpoint),
            workload: AnyWorkload(workload),
            clients: 4,
            load: load,
            folder: ""
        )
        configuration.warmup = .zero
        configuration.measure = .milliseconds(800)
        configuration.limits.request = .milliseconds(400)
        configuration.limits.silence = .milliseconds(60)
        configuration.limits.retryPause = .milliseconds(10)
        return configuration
    }
}
