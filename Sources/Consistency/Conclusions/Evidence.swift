import Histories

/// What a history has that could prove anything.
///
/// A store that answers nothing contradicts nothing: such a history is not valid but unknown.
struct Evidence: Sendable {
    /// Operations that certainly changed something.
    private(set) var changes = 0
    /// Operations that say what was there.
    private(set) var observations = 0
    /// Whether it is about locks, which are neither read nor written.
    private var isOfLocks = false

    init(of history: History, _ options: CheckOptions) {
        var hasLocked = false
        isOfLocks = history.operations.contains { operation in
            switch operation.action {
            case .acquire, .release: true
            default: false
            }
        }
        for operation in history.operations where operation.outcome == .ok {
            switch operation.action {
            case .read(let value):
                if let value, value != .absent || options.nilReads == .absent {
                    observations += 1
                }
            case .write, .delete, .insert, .append:
                changes += 1
            case .compareAndSet(_, _, let swapped):
                if swapped == true { changes += 1 }
                if swapped != nil { observations += 1 }
            case .add(_, let total):
                changes += 1
                if total != nil { observations += 1 }
            case .readCounter(let total):
                if total != nil { observations += 1 }
            case .readAll(let extent):
                if extent != nil { observations += 1 }
            case .acquire, .release:
                // The first says nothing about another's.
                if hasLocked { observations += 1 }
                hasLocked = true
                changes += 1
            case .transfer:
                changes += 1
            case .transaction(let extent):
                add(history.steps(extent))
            }
        }
    }

    private mutating func add(_ steps: ArraySlice<TransactionStep>) {
        for step in steps {
            switch step.kind {
            case .write, .append: changes += 1
            case .read(let value): observations += value == nil ? 0 : 1
            case .readAll(let extent): observations += extent == nil ? 0 : 1
            case .readNumber(let number): observations += number == nil ? 0 : 1
            }
        }
    }

    /// The conclusion, unless it says valid and nothing was proven.
    func judging(_ conclusion: Conclusion, _ options: CheckOptions) -> Conclusion {
        var conclusion = conclusion
        var missing: [String] = []
        if isOfLocks {
            if changes == 0 {
                missing.append("no lock was certainly acquired or released")
            } else if observations == 0 {
                missing.append("one acquisition says nothing about another")
            }
        } else {
            if changes == 0 { missing.append("no write was completed") }
            if observations == 0 { missing.append("no read said what was there") }
        }
        guard conclusion.verdict == .valid || conclusion.operations == 0, !missing.isEmpty,
            conclusion.verdict.rank < Verdict.assumptionViolated([]).rank
        else { return conclusion }
        switch options.nilReads {
        case .absent:
            conclusion.verdict = .unknown(missing)
        case .any:
            // Whoever takes silence for an answer asks only whether anything contradicts.
            conclusion.verdict = .valid
            conclusion.notes += missing.map { "nothing was proven: \($0)" }
        }
        return conclusion
    }
}
