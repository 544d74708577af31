import Histories

/// Says what figures of sessions come to.
struct SessionJudge {
    let history: History
    let options: CheckOptions
    let figures: SessionFigures

    func conclusion() -> Conclusion {
        let broken = figures.sessions.figures.filter { $0.violated > 0 }
        let reasons = broken.map {
            "\($0.guarantee.rawValue), \(Count.text($0.violated)) of "
                + "\(Count.text($0.checked, "read")): "
                + $0.guarantee.meaning
        }
        var notes: [String] = []
        if history.clock == .sessions {
            notes.append("without times only causal consistency could be checked")
        } else {
            notes = [figures.sessions.text, figures.staleness.text]
        }
        let examples = figures.sessions.examples.map(told)
        let session = Conclusion(
            verdict: reasons.isEmpty ? verdictWithoutViolation : .invalid(reasons),
            counterexamples: examples,
            notes: notes,
            operations: history.operations.count { $0.outcome == .ok }
        )
        guard let causal else {
            var conclusion = session
            conclusion.notes.append(
                "causal consistency was not checked: deletes and swaps leave values unclear"
            )
            return conclusion
        }
        return joined(session, causal)
    }

    private var verdictWithoutViolation: Verdict {
        if figures.staleness.unjudgedKeys > 0 {
            return .assumptionViolated(["values are not unique: their reads do not say whose"])
        }
        let evidence = Evidence(of: history, options)
        if evidence.changes == 0 { return .unknown(["no write was completed"]) }
        if evidence.observations == 0 { return .unknown(["no read was completed"]) }
        if history.clock == .sessions { return .valid }
        guard figures.staleness.reads > 0 else {
            return .unknown(["no read says which write it found"])
        }
        return .valid
    }

    /// Nil where not every operation is a read or a write.
    private var causal: Conclusion? {
        let isPlain = history.operations.allSatisfy { operation in
            switch operation.action {
            case .read, .write, .transaction: true
            default: operation.outcome == .failed
            }
        }
        guard isPlain, options.nilReads == .absent else { return nil }
        let facts = RegisterFacts(TransactionTable(history), options)
        return SessionLevelJudge(facts: facts, level: .causal).conclusion()
    }

    private func joined(_ session: Conclusion, _ causal: Conclusion) -> Conclusion {
        var sum = session
        sum.notes += causal.notes
        sum.counterexamples += causal.counterexamples
        // A read on its own breaks no guarantee of sessions, so what both say is said by the first.
        if case .invalid = causal.verdict {
            sum.verdict = Verdict.combined([session.verdict, causal.verdict])
        }
        return sum
    }

    private func told(_ example: SessionAccount.Example) -> Counterexample {
        let telling = OperationTelling(history)
        let key = KeyID(rawValue: example.key)
        var lines = ["\(telling.title(key))\(example.guarantee.rawValue)"]
        lines += telling.lines(example.operations)
        lines.append("\(example.guarantee.rawValue) does not hold: \(example.guarantee.meaning)")
        return Counterexample(
            anomaly: example.guarantee.rawValue,
            key: key,
            operations: example.operations,
            lines: lines
        )
    }
}
