internal import Clusters
internal import Consistency
internal import Dispatch
import FoundationEssentials
internal import Histories
internal import LoadGeneration
internal import Synchronization
internal import Workloads

/// What the clients of a trial recorded: merged, completed by a last look at every key, and ready
/// for its model.
struct TrialHistory {
    let setting: TrialSetting
    let model: String

    /// Nil where nobody asked for a history.
    init?(_ setting: TrialSetting) {
        guard let model = setting.historyModel else { return nil }
        self.setting = setting
        self.model = model
    }

    /// What the workers wrote.
    func reader() throws(ClusterError) -> HistoryFileReader {
        var reader = HistoryFileReader()
        for worker in 0..<setting.workers {
            let file = "\(folder)/\(WorkerResult.historyFileName(worker: worker))"
            do {
                try reader.add([UInt8](try Data(contentsOf: URL(filePath: file))))
            } catch {
                throw .system(what: file, why: "\(error)")
            }
        }
        return reader
    }

    private var folder: String { "\(setting.folder)/workers" }

    /// Reads every key once more and adds that to the history.
    func readOnceMore(
        _ reader: inout HistoryFileReader,
        from nodes: [ClusterNode],
        doubts: inout [String]
    ) async {
        do {
            let final = try await FinalReads(nodes: nodes, workload: setting.workload.base)
                .read(reader.keyNames, workers: setting.workers)
            if final.unread > 0 {
                doubts.append("\(final.unread) keys could not be read after everything was healed")
            }
            try Data(final.file).write(to: URL(filePath: "\(folder)/history-final.bin"))
            try reader.add(final.file)
        } catch {
            doubts.append("the last reads of every key: \(error)")
        }
    }

    func evidence(
        _ reader: consuming HistoryFileReader,
        measuredFrom start: Int64
    )
        -> HistoryEvidence
    {
        HistoryEvidence(
            reader.finish(),
            from: start,
            model: model,
            isGrouped: setting.judgesGroupsApart,
            descriptive: describes ? ["session"] : [],
            carryOut: inParallel,
            addUp: addedUp
        )
    }

    /// Whether figures on sessions say something: where the model is not promised without limits.
    private var describes: Bool {
        let system = setting.trial.cell.system
        let promise = system.promise
        return promise?.termChangeMayDrop != nil || promise?.degraded != nil
    }
}

/// Carries out the parts of a check on all cores.
@Sendable private func inParallel(_ plan: CheckPlan) -> Conclusion {
    let results = Mutex<[Int: Conclusion]>([:])
    DispatchQueue.concurrentPerform(iterations: plan.parts.count) { index in
        let conclusion = plan.parts[index]()
        results.withLock { $0[index] = conclusion }
    }
    let found = results.withLock { $0 }
    return plan.combine(plan.parts.indices.compactMap { found[$0] })
}

/// Adds up the figures of all parts, on all cores.
@Sendable private func addedUp(_ parts: [@Sendable () -> SessionFigures]) -> SessionFigures {
    let results = Mutex<[Int: SessionFigures]>([:])
    DispatchQueue.concurrentPerform(iterations: parts.count) { index in
        let figures = parts[index]()
        results.withLock { $0[index] = figures }
    }
    let found = results.withLock { $0 }
    return parts.indices.reduce(into: SessionFigures()) { sum, index in
        if let figures = found[index] { sum.add(figures) }
    }
}
