internal import CSystemCalls
internal import Clusters
internal import Consistency
internal import Foundation
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics
internal import Workloads

/// One measurement: load workers, their progress, and what they found.
struct LoadMeasurement {
    let plan: LoadPlan
    let subject: LoadSubject
    let console: Console
    /// Which of several measurements it is, before the line of progress.
    var place = ""

    /// Of everything that is loaded before the measurement.
    private static let loadingBound = Duration.seconds(3600)
    private static let look = Duration.milliseconds(50)
    /// Between the word and the beginning, so that every worker hears it in time.
    private static let headStart: Int64 = 50_000_000

    func run() async throws(CommandFailure) -> LoadFindings {
        try await withWorkers { (workers) async throws(ClusterError) in
            try await measure(workers)
        }
    }

    /// Writes the records, and nothing else.
    func load() async throws(CommandFailure) -> LoadRecord.Loading {
        try await withWorkers { (workers) async throws(ClusterError) in
            try await load(by: workers)
        }
    }

    private func withWorkers<Found>(
        _ body: (LoadWorkers) async throws(ClusterError) -> Found
    ) async throws(CommandFailure) -> Found {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "ordeal-load-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do throws(ClusterError) {
            try makeFolder(folder)
            let workers = try startWorkers(folder)
            defer { workers.kill() }
            return try await body(workers)
        } catch {
            guard !Interruption.isRequested else {
                throw CommandFailure(.interrupted, "interrupted before there was anything to show")
            }
            throw CommandFailure(.void, error.message)
        }
    }

    private func makeFolder(_ folder: String) throws(ClusterError) {
        do {
            let manager = FileManager.default
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .system(what: folder, why: "\(error)")
        }
    }

    private func startWorkers(_ folder: String) throws(ClusterError) -> LoadWorkers {
        var workers: [LoadWorkerProcess] = []
        for worker in 0..<plan.workers {
            let configuration = plan.configuration(
                worker: worker,
                discovery: subject.discovery,
                endpoints: subject.endpoints,
                folder: folder
            )
            workers.append(
                try LoadWorkerProcess(
                    configuration,
                    launcherOptions: [],
                    errorLog: "\(folder)/worker-\(worker).log"
                )
            )
        }
        return LoadWorkers(workers: workers)
    }

    private func load(by workers: LoadWorkers) async throws(ClusterError) -> LoadRecord.Loading {
        let deadline = ContinuousClock.now + Self.loadingBound
        while !workers.workers.allSatisfy({ $0.current.isLoaded }) {
            try workers.check()
            showLoading(workers)
            guard !Interruption.isRequested, ContinuousClock.now < deadline else {
                throw .tooLate(what: "the loading of the records", bound: .zero, seen: [])
            }
            try? await Task.sleep(for: Self.look)
        }
        var counts = OperationCounts()
        for loaded in workers.workers.compactMap(\.current.loaded) {
            counts.ok += loaded.ok
            counts.failed += loaded.failed
            counts.unknown += loaded.unknown
        }
        let states = workers.workers.map(\.current)
        let begin = states.compactMap(\.first?.at).min() ?? 0
        let end = states.compactMap(\.loaded?.at).max() ?? begin
        return LoadRecord.Loading(counts: counts, seconds: Double(end - begin) / 1e9)
    }

    private func measure(_ workers: LoadWorkers) async throws(ClusterError) -> LoadFindings {
        let loading = try await load(by: workers)
        let start = Int64(ordeal_monotonic_nanoseconds()) + Self.headStart
        workers.begin(at: start)
        let watch = LoadWatch(
            process: subject.localProcess,
            start: start + nanoseconds(plan.warmup),
            end: start + nanoseconds(plan.warmup + plan.measure)
        )
        try await observe(workers, from: start, watch)
        let results = try workers.results()
        var findings = LoadFindings(
            results: results.results,
            plan: plan,
            subject: subject,
            watch: watch
        )
        if plan.phase != .run { findings.record.loading = loading }
        return findings
    }

    /// Shows progress until all workers are done.
    private func observe(
        _ workers: LoadWorkers,
        from start: Int64,
        _ watch: LoadWatch
    ) async throws(ClusterError) {
        let grace = plan.limits.request * 2 + .seconds(10)
        let last = start + nanoseconds(plan.warmup + plan.measure + grace)
        var isStopping = false
        while !workers.workers.allSatisfy({ $0.current.isFinished }) {
            try workers.check()
            let now = Int64(ordeal_monotonic_nanoseconds())
            watch.look(at: now)
            if Interruption.isRequested, !isStopping {
                isStopping = true
                workers.stop()
                watch.end(at: now)
            }
            guard now < last else {
                throw .tooLate(what: "the end of the load", bound: grace, seen: [])
            }
            showProgress(workers, now - start)
            try? await Task.sleep(for: Self.look)
        }
        watch.end(at: Int64(ordeal_monotonic_nanoseconds()))
    }

    private func showLoading(_ workers: LoadWorkers) {
        guard console.isLive else { return }
        guard plan.phase != .run else { return show(["connecting"]) }
        let written = workers.workers.compactMap { $0.current.last?.ok }.reduce(0, +)
        let all = plan.workload.base.records
        show([
            "loading \(Figure.count(min(written, all))) of \(Figure.count(all)) records",
            Figure.rate(workers.progress.rate),
        ])
    }

    private func showProgress(_ workers: LoadWorkers, _ elapsed: Int64) {
        guard console.isLive else { return }
        let warmup = plan.warmup.seconds
        let passed = Double(elapsed) / 1e9
        let whole = plan.measure.seconds
        let phase = passed < warmup ? "warm-up" : passed < warmup + whole ? "measure" : "drain"
        let (rate, p99) = workers.progress
        let events = workers.workers.compactMap { $0.current.last }
        let failed = events.reduce(0) { $0 + $1.failed }
        let unknown = events.reduce(0) { $0 + $1.unknown }
        let shown = passed < warmup ? max(0, passed) : min(passed - warmup, whole)
        let length = passed < warmup ? warmup : whole
        var parts = [
            "\(phase) \(decimalText((shown * 10).rounded() / 10))/\(decimalText(length)) s",
            "\(Figure.rate(rate)) ok", "p99 \(Figure.duration(p99))",
        ]
        if failed > 0 { parts.append("\(Figure.count(failed)) failed") }
        if unknown > 0 { parts.append("\(Figure.count(unknown)) unknown") }
        show(parts)
    }

    private func show(_ parts: [String]) {
        console.live(((place.isEmpty ? [] : [place]) + parts).joined(separator: "  "))
    }

    private func nanoseconds(_ duration: Duration) -> Int64 { Int64(duration.seconds * 1e9) }
}

/// The machine's side of a measurement: what the server's process used, and what was stolen.
final class LoadWatch {
    private let process: Int?
    private let start: Int64
    private let plannedEnd: Int64
    private var machineBefore: ProcessorTime?
    private var machineAfter: ProcessorTime?
    private var serverBefore: Double?
    private var serverAfter: Double?

    init(process: Int?, start: Int64, end: Int64) {
        self.process = process
        self.start = start
        plannedEnd = end
    }

    /// Reads the accounts when the measurement begins, and when it ends.
    func look(at now: Int64) {
        if now >= start, machineBefore == nil {
            machineBefore = .read()
            serverBefore = usedTime()
        }
        if now >= plannedEnd { end(at: now) }
    }

    func end(at now: Int64) {
        guard machineAfter == nil else { return }
        machineAfter = .read()
        serverAfter = usedTime()
    }

    var steal: Double? {
        guard let machineBefore, let machineAfter else { return nil }
        return machineAfter.steal(since: machineBefore)
    }

    var server: LoadRecord.ServerUsage? {
        guard let process, let serverBefore, let serverAfter, serverAfter >= serverBefore else {
            return nil
        }
        return LoadRecord.ServerUsage(process: process, time: serverAfter - serverBefore)
    }

    /// Seconds of processor time of all the server's threads so far.
    private func usedTime() -> Double? {
        guard let process, let text = textOfSmallFile("/proc/\(process)/stat") else { return nil }
        // The program's name, in brackets, may hold anything.
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        return (user + system) / 100
    }
}
