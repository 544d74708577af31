internal import Clusters
internal import Consistency
import FoundationEssentials
internal import Histories
internal import LoadGeneration

/// The load-generating processes of one trial.
struct LoadWorkers {
    let workers: [LoadWorkerProcess]

    /// Reading what a worker wrote of its error stream: enough for its last words.
    private static let quotedLines = 5

    /// Throws when one of them ended or reported a failure; call it while waiting.
    func check() throws(ClusterError) {
        for worker in workers {
            let index = worker.configuration.worker
            let state = worker.current
            if let failure = state.failure {
                throw .system(what: "load worker \(index)", why: failure)
            }
            // What it said last may still be in the pipe when it is gone.
            if let end = worker.end, state.isSilent, !state.isFinished {
                throw .system(what: "load worker \(index)", why: "it \(end.text)")
            }
        }
    }

    /// Returns early when the user interrupts.
    func awaitLoaded(within bound: Duration) async throws(ClusterError) {
        try await awaitAll("the loading of the records", within: bound) { state in
            state.isLoaded || Interruption.isRequested
        }
    }

    func awaitFinished(within bound: Duration) async throws(ClusterError) {
        try await awaitAll("the end of the load", within: bound) { $0.isFinished }
    }

    private func awaitAll(
        _ what: String,
        within bound: Duration,
        _ isDone: (LoadWorkerProcess.State) -> Bool
    ) async throws(ClusterError) {
        let deadline = ContinuousClock.now + bound
        while !workers.allSatisfy({ isDone($0.current) }) {
            try check()
            guard ContinuousClock.now < deadline else {
                let late = workers.filter { !isDone($0.current) }
                let seen = late.map { worker in
                    "worker \(worker.configuration.worker) is in phase "
                        + (worker.current.last?.phase ?? "unknown")
                }
                throw .tooLate(what: what, bound: bound, seen: seen)
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    func begin(at time: Int64) {
        for worker in workers { worker.obey(.start(at: time)) }
    }

    func stop() {
        for worker in workers { worker.obey(.stop) }
    }

    func kill() {
        for worker in workers { worker.kill() }
    }

    /// Successes per second between the workers' last two lines, and the worst of their p99.
    var progress: (rate: Double?, p99: Double?) {
        var rate: Double?
        var p99: Double?
        for worker in workers {
            let state = worker.current
            guard let last = state.last, let before = state.before, last.at > before.at,
                last.ok >= before.ok
            else { continue }
            let seconds = Double(last.at - before.at) * 1e-9
            rate = (rate ?? 0) + Double(last.ok - before.ok) / seconds
            if let own = state.p99 { p99 = max(p99 ?? 0, own) }
        }
        return (rate, p99)
    }

    /// What they left in their folder; call it once they have finished.
    func results() throws(ClusterError) -> (results: [WorkerResult], ledgers: [KeyLedger]) {
        var results: [WorkerResult] = []
        var ledgers: [KeyLedger] = []
        for worker in workers {
            let folder = worker.configuration.folder
            let index = worker.configuration.worker
            let file = "\(folder)/\(WorkerResult.fileName(worker: index))"
            let ledger = "\(folder)/\(WorkerResult.ledgerFileName(worker: index))"
            let files: [[UInt8]]
            do throws(FileFailure) {
                files = [try wholeFile(file), try wholeFile(ledger)]
            } catch {
                throw .system(what: "load worker \(index)", why: error.description)
            }
            do {
                let bytes = Data(files[0])
                results.append(try JSONDecoder().decode(WorkerResult.self, from: bytes))
            } catch {
                throw .system(what: file, why: "it is damaged: \(error)")
            }
            results[results.count - 1].timeline = try contents(
                of: "\(folder)/\(WorkerResult.timelineFileName(worker: index))",
                TimelineFile.read
            )
            if worker.configuration.keepsSeries {
                results[results.count - 1].series = try contents(
                    of: "\(folder)/\(WorkerResult.seriesFileName(worker: index))",
                    SeriesFile.read
                )
            }
            do {
                ledgers.append(try LedgerFile.decode(files[1]))
            } catch {
                throw .system(what: ledger, why: "it is damaged: \(error)")
            }
        }
        return (results, ledgers)
    }

    private func contents<Contents>(
        of file: String,
        _ read: ([UInt8]) -> Contents?
    ) throws(ClusterError) -> Contents {
        do throws(FileFailure) {
            if let contents = read(try wholeFile(file)) { return contents }
        } catch {
            throw .system(what: file, why: error.description)
        }
        throw .system(what: file, why: "it is damaged")
    }
}
