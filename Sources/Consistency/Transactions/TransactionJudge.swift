import Histories

/// Holds what is known of transactions against a level of isolation.
struct TransactionJudge<Facts: DependencyFacts> {
    /// How many counterexamples are told.
    private static var told: Int { 6 }
    let facts: Facts
    let level: IsolationLevel
    /// Whether counterexamples are looked for.
    var explains = true

    func conclusion() -> Conclusion {
        let taken = facts.included.count { $0 }
        if let repeated = facts.repeated {
            let text = TransactionText(table: facts.table).text(of: repeated)
            let reason = "written more than once: \(text); values must be unique for each key"
            return Conclusion(verdict: .assumptionViolated([reason]), operations: taken)
        }
        let graph = facts.graph()
        var cycles = CycleReport(graph, explains: explains)
        let model = IsolationModel(level)
        let strong = facts.sightings.anomalies + cycles.found.map(\.anomaly)
        // Whatever breaks a weak level makes a knot, too.
        let weak =
            cycles.knots == 0
            ? []
            : WeakFindings(facts: facts, level: level)
                .anomalies(beside: IsolationBoundary(strong))
        var boundary = IsolationBoundary(strong + weak.map(\.0))
        var deeper = DeeperSearch()
        if !boundary.rulesOut(model) {
            deeper = DeeperSearch(facts, graph, model, explains: explains)
            cycles.add(deeper.cycles)
            boundary = IsolationBoundary(boundary.anomalies + deeper.cycles.map(\.anomaly))
        }
        let verdict: Verdict
        if boundary.rulesOut(model) {
            verdict = .invalid(reasons(cycles, weak.map(\.0), against: model))
        } else if let missing = facts.whatIsMissing {
            verdict = .unknown([missing])
        } else {
            verdict = deeper.verdict
        }
        return Conclusion(
            verdict: verdict,
            counterexamples: deeper.counterexamples
                + (explains ? counterexamples(cycles, weak, against: model) : []),
            notes: notes(cycles, boundary) + deeper.notes,
            spent: SearchSpent(states: deeper.states),
            operations: taken
        )
    }

    private func counts(against model: IsolationModel, _ anomaly: Anomaly) -> Bool {
        IsolationBoundary([anomaly]).rulesOut(model)
    }

    private func reasons(
        _ cycles: CycleReport,
        _ weak: [Anomaly],
        against model: IsolationModel
    ) -> [String] {
        let seen = facts.sightings.anomalies.filter { counts(against: model, $0) }.map {
            "\($0.name), \(facts.sightings.counts[$0.kind] ?? 0) times: \($0.kind.meaning)"
        }
        let found = (weak + cycles.found.map(\.anomaly)).filter { counts(against: model, $0) }.map {
            "\($0.name): \($0.kind.meaning)"
        }
        return seen + found
    }

    private func counterexamples(
        _ cycles: CycleReport,
        _ weak: [(Anomaly, Counterexample)],
        against model: IsolationModel
    ) -> [Counterexample] {
        let telling = AnomalyTelling(facts: facts)
        var told: [(counts: Bool, example: Counterexample)] = []
        for kind in Anomaly.Kind.allCases {
            guard let sighting = facts.sightings.told.first(where: { $0.kind == kind }) else {
                continue
            }
            told.append((counts(against: model, Anomaly(kind)), telling.tell(sighting)))
        }
        for (anomaly, example) in weak { told.append((counts(against: model, anomaly), example)) }
        for cycle in cycles.found {
            told.append(
                (counts(against: model, cycle.anomaly), telling.tell(cycle.anomaly, cycle.edges))
            )
        }
        let ordered = told.filter(\.counts) + told.filter { !$0.counts }
        return ordered.prefix(Self.told).map(\.example)
    }

    private func notes(_ cycles: CycleReport, _ boundary: IsolationBoundary) -> [String] {
        var notes: [String] = []
        if !boundary.ruledOut.isEmpty { notes.append("transactions: \(boundary.text)") }
        if cycles.knots > 0 {
            notes.append(
                "\(cycles.knots) groups of transactions depend on each other in circles, the "
                    + "largest of \(cycles.largest)"
            )
        }
        if cycles.undecided {
            notes.append(
                "G-nonadjacent may be G-single: too many transactions depend on each other"
            )
        }
        if facts.table.ignored > 0 {
            notes.append("\(facts.table.ignored) operations are no transactions of this kind")
        }
        return notes
    }
}
