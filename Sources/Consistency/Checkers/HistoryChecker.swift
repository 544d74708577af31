internal import Histories

/// Holds what the clients were told against a model of the store.
public struct HistoryChecker: Checker {
    public static let name = "history"

    /// How many counterexamples a verdict quotes; the account has more.
    private static let quoted = 3
    /// A fault this long before an operation may still be its cause.
    private static let faultReach: Int64 = 5_000_000_000

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.history != nil }

    public func check(_ evidence: TrialEvidence) -> Finding {
        guard let history = evidence.history else {
            return Finding(checker: Self.name, verdict: .unknown(["there is no history"]))
        }
        guard let model = historyModels.first(where: { $0.name == history.model }) else {
            return Finding(
                checker: Self.name,
                verdict: .unknown(["there is no model \(history.model)"])
            )
        }
        let recorded = history.recording.history
        let conclusion = history.carryOut(history.plan(model, CheckOptions()))
        let judged = conclusion.counterexamples.map { judge($0, in: recorded, evidence) }
        return Finding(
            checker: Self.name,
            verdict: verdict(on: conclusion, judged, history.recording),
            notes: notes(on: conclusion, judged, history),
            seen: "\(Count.text(conclusion.operations, "operation")) on "
                + Count.text(recorded.keys.count, "key"),
            account: account(of: conclusion, judged, model: history.model, evidence)
        )
    }

    /// A counterexample, and whether the promise covers it.
    private struct Judged {
        var example: Counterexample
        var judgement: LossJudgement
        var reason: String
    }

    private func judge(
        _ example: Counterexample,
        in history: History,
        _ evidence: TrialEvidence
    ) -> Judged {
        let operations = example.operations.filter(history.operations.indices.contains)
            .map { history.operations[$0] }
        let ends = operations.map(\.completed).filter { $0 != RecordedOperation.never }
        let zero = evidence.measurementStart
        let end = ends.max().map { $0 + zero } ?? evidence.measurementEnd
        let start = operations.map(\.invoked).min().map { $0 + zero } ?? zero
        let (judgement, reason) = HistoryPromise(evidence: evidence)
            .judgement(ofWhatEndsBefore: end)
        var example = example
        for fault in evidence.faults {
            guard let applied = fault.appliedAt, applied <= end,
                fault.healedAt ?? .max >= start - Self.faultReach
            else { continue }
            let from = Seconds.text(applied - zero)
            let healed = fault.healedAt.map { Seconds.text($0 - zero) }
            example.lines.append(
                "fault: \(fault.name) at \(from), "
                    + (healed.map { "healed at \($0)" } ?? "not healed")
            )
        }
        return Judged(example: example, judgement: judgement, reason: reason)
    }

    private func verdict(
        on conclusion: Conclusion,
        _ judged: [Judged],
        _ recording: HistoryFileReader.Recording
    ) -> Verdict {
        switch conclusion.verdict {
        case .valid:
            guard let until = recording.completeUntil else { return .valid }
            let time = Seconds.text(until)
            return .unknown(["the history is known up to \(time) only; until then it is valid"])
        case .invalid(let reasons):
            let broken = judged.filter { $0.judgement == .violation }
            if !broken.isEmpty {
                let quoted = broken.prefix(Self.quoted).map(\.example)
                let titles = Set(quoted.compactMap(\.lines.first))
                // What is told at length needs no line of its own.
                let bare = reasons.filter { !titles.contains($0) }
                return .invalid(bare.prefix(Self.quoted) + quoted.map(text))
            }
            if judged.isEmpty { return .invalid(reasons) }
            let open = judged.filter { $0.judgement == .undecided }
            guard let first = open.first else { return .valid }
            return .unknown([
                "\(Count.text(open.count, "violation")); it is not known whether the promise covers "
                    + (open.count == 1 ? "it: " : "them: ") + first.reason
            ])
        case .unknown, .assumptionViolated, .void: return conclusion.verdict
        }
    }

    private func text(_ example: Counterexample) -> String {
        let isNamed = example.lines.first?.contains(example.anomaly) == true
        return ((isNamed ? [] : [example.anomaly]) + example.lines).joined(separator: "\n  | ")
    }

    private func notes(
        on conclusion: Conclusion,
        _ judged: [Judged],
        _ history: HistoryEvidence
    ) -> [String] {
        var notes = conclusion.notes
        let outside = judged.filter { $0.judgement == .outsidePromise }
        if let first = outside.first {
            notes.append(
                "\(Count.text(outside.count, "violation")) of \(history.model) outside the promise: "
                    + first.reason
            )
            notes.append("the first of them: " + text(first.example))
        }
        for ending in history.recording.endings where ending == .cut {
            notes.append("a worker's history had reached its largest size")
        }
        for name in history.descriptive {
            guard let model = historyModels.first(where: { $0.name == name }) else { continue }
            let described = history.carryOut(
                model.plan(history.recording.history, CheckOptions())
            )
            // The figures stand in the account.
            notes.append("\(name): \(described.verdict.name)")
            notes += described.verdict.reasons.prefix(2).map { "\(name): \($0)" }
        }
        return notes
    }

    private func account(
        of conclusion: Conclusion,
        _ judged: [Judged],
        model: String,
        _ evidence: TrialEvidence
    ) -> HistoryAccount {
        let history = evidence.history?.recording.history ?? History(clock: .nanoseconds)
        let holds: Bool? =
            switch conclusion.verdict {
            case .valid: evidence.history?.recording.completeUntil == nil ? true : nil
            case .invalid: false
            case .unknown, .assumptionViolated, .void: nil
            }
        return HistoryAccount(
            model: model,
            holds: holds,
            operations: history.operations.count,
            unknownOperations: history.operations.count { $0.outcome == .unknown },
            keys: history.keys.count,
            states: conclusion.spent.states,
            violations: judged.count,
            violationsOutsidePromise: judged.count { $0.judgement == .outsidePromise },
            examples: judged.prefix(HistoryAccount.quoted).map {
                HistoryExample($0.example, of: history)
            },
            sessions: evidence.history.flatMap { recorded in
                SessionSummary(history, carryOut: recorded.addUp)
            }
        )
    }
}
