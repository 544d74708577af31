import Histories

/// Holds transactions against the levels that AWDIT decides, which all respect sessions.
struct SessionLevelJudge {
    let facts: RegisterFacts
    let level: CommitOrder.Level
    /// What was asked for, in words.
    var levelWords: String?

    /// What may not be seen at every level, and what only from read atomicity on.
    private static let always: [Anomaly.Kind] = [
        .garbageRead, .g1a, .g1b, .futureRead, .internal,
    ]

    func conclusion() -> Conclusion {
        let taken = facts.included.count { $0 }
        if let repeated = facts.repeated {
            let text = TransactionText(table: facts.table, of: []).text(of: repeated)
            let reason = "written more than once: \(text); values must be unique for each key"
            return Conclusion(
                verdict: .assumptionViolated([PlainText.shown(reason)]),
                operations: taken,
                level: levelWords
            )
        }
        let found = [.readCommitted, .readAtomic, .causal].lazy.compactMap { level in
            broken(level).map { (level: level, examples: $0) }
        }.first
        guard let found else {
            let missing = facts.whatIsMissing
            return Conclusion(
                verdict: missing.map { .unknown([$0]) } ?? .valid,
                notes: ["sessions of transactions: causal consistency holds"],
                operations: taken,
                level: levelWords
            )
        }
        let notes = ["sessions of transactions: " + Self.text(found.level)]
        let missing = facts.whatIsMissing
        let verdict: Verdict =
            if found.level <= level {
                .invalid(found.examples.map(Self.reason))
            } else {
                missing.map { .unknown([$0]) } ?? .valid
            }
        return Conclusion(
            verdict: verdict,
            counterexamples: found.examples,
            notes: notes,
            operations: taken,
            level: levelWords
        )
    }

    private static func reason(_ example: Counterexample) -> String {
        let kind = Anomaly.Kind.allCases.first { example.anomaly.hasPrefix($0.name) }
        return example.anomaly + (kind.map { ": \($0.meaning)" } ?? "")
    }

    private static func text(_ level: CommitOrder.Level) -> String {
        switch level {
        case .readCommitted: "not read-committed; no model is left"
        case .readAtomic: "not read-atomic; at most read-committed"
        case .causal: "not causal; at most read-atomic"
        }
    }

    private func broken(_ level: CommitOrder.Level) -> [Counterexample]? {
        let kinds: [Anomaly.Kind] =
            switch level {
            case .readCommitted: Self.always
            case .readAtomic: [.nonRepeatableRead]
            case .causal: []
            }
        let telling = AnomalyTelling(facts: facts)
        var names = TransactionNames()
        let sightings = kinds.compactMap { kind in
            facts.sightings.told.first { $0.kind == kind }
        }
        let examples = sightings.map { telling.tell($0, Self.text(level), &names) }
        guard examples.isEmpty else { return examples }
        let levels = WeakLevels(facts)
        guard
            let violation = levels.violation(
                of: level,
                respectsSessions: true,
                overwrites: false
            )
        else { return nil }
        let anomaly: Anomaly =
            switch (violation, level) {
            case (.circle, _): Anomaly(.g1c, .process)
            case (_, .readCommitted): Anomaly(.nonMonotonicRead)
            case (_, .readAtomic): Anomaly(.fracturedRead)
            case (_, .causal): Anomaly(.causalityViolation)
            }
        return [
            WeakFindings(facts: facts, level: .causal)
                .told(violation, anomaly, Self.text(level), &names)
        ]
    }
}
