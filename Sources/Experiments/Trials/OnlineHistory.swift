internal import Consistency
internal import Dispatch
import FoundationEssentials
internal import Histories
internal import LoadGeneration
internal import Synchronization
internal import Workloads

/// Looks at a trial's history while it is being recorded, and tells when no end can make it right.
///
/// What the files hold so far is a history like any other: a violation in it stays one. Each look
/// reads them from the start, so the looks become rarer as the files grow, and one core is enough.
final class OnlineHistory: Sendable {
    private struct State {
        var violation: String?
        var isOver = false
    }

    private let files: [String]
    private let model: any HistoryModel.Type
    private let isGrouped: Bool
    private let state = Mutex(State())

    /// Between two looks, and as many times as long as a look took.
    private static let interval = 0.5
    private static let rest = 4.0

    /// Nil where nothing is recorded, or where the mode allows what a look would find.
    init?(_ setting: TrialSetting) {
        let system = setting.trial.cell.system
        let promise = system.promise
        guard let name = setting.historyModel, let promise, promise.termChangeMayDrop == nil,
            let model = historyModels.first(where: { $0.name == name })
        else { return nil }
        self.model = model
        isGrouped = setting.judgesGroupsApart
        files = (0..<setting.workers).map { worker in
            "\(setting.folder)/workers/\(WorkerResult.historyFileName(worker: worker))"
        }
    }

    /// The first line of what cannot have happened.
    var violation: String? { state.withLock { $0.violation } }

    func begin() {
        DispatchQueue(label: "online-history").async { [weak self] in self?.look() }
    }

    func end() {
        state.withLock { $0.isOver = true }
    }

    /// Looks once and, unless it is over, once more some time later.
    private func look() {
        let start = TrialClock.now
        let found = judgement()
        let isOver = state.withLock { state in
            state.violation = state.violation ?? found
            return state.isOver || state.violation != nil
        }
        guard !isOver else { return }
        let took = Double(TrialClock.now - start) * 1e-9
        DispatchQueue(label: "online-history").asyncAfter(
            deadline: .now() + max(Self.interval, took * Self.rest)
        ) { [weak self] in self?.look() }
    }

    private func judgement() -> String? {
        var reader = HistoryFileReader()
        for file in files {
            // A file that cannot be read now is judged at the end, when it must be.
            guard let data = try? Data(contentsOf: URL(filePath: file)),
                (try? reader.add([UInt8](data))) != nil
            else { return nil }
        }
        let options = CheckOptions(budget: SearchBudget(states: 1_000_000, bytes: 256 << 20))
        let history = HistoryEvidence(
            reader.finish(),
            from: 0,
            model: model.name,
            isGrouped: isGrouped
        )
        let conclusion = history.plan(model, options).carriedOut()
        guard case .invalid(let reasons) = conclusion.verdict else { return nil }
        return reasons.first ?? "the history is invalid"
    }
}
