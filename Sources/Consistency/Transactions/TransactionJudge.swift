import Histories

/// Holds what is known of transactions against a level of isolation.
struct TransactionJudge<Facts: DependencyFacts> {
    /// How many counterexamples are told.
    private static var told: Int { 6 }
    let facts: Facts
    let level: IsolationLevel
    /// Whether counterexamples are looked for.
    var explains = true
    /// Whether nobody asked for that level.
    var isDefault = false

    func conclusion() -> Conclusion {
        let taken = facts.included.count { $0 }
        if let repeated = facts.repeated {
            let text = TransactionText(table: facts.table, of: []).text(of: repeated)
            let reason = "written more than once: \(text); values must be unique for each key"
            return Conclusion(
                verdict: .assumptionViolated([PlainText.shown(reason)]),
                operations: taken,
                level: level.words(isDefault: isDefault)
            )
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
        var names = TransactionNames()
        let unordered = deeper.counterexamples(facts.table, model, &names)
        let others = explains ? counterexamples(cycles, weak, against: model, &names) : []
        return Conclusion(
            verdict: verdict,
            counterexamples: unordered + others,
            notes: notes(cycles, boundary) + deeper.notes,
            spent: SearchSpent(states: deeper.states),
            operations: taken,
            level: level.words(isDefault: isDefault)
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
            "\($0.name), \(Count.text(facts.sightings.counts[$0.kind] ?? 0, "time")): "
                + $0.kind.meaning
        }
        let found = (weak + cycles.found.map(\.anomaly)).filter { counts(against: model, $0) }.map {
            "\($0.name): \($0.kind.meaning)"
        }
        return seen + found
    }

    private func counterexamples(
        _ cycles: CycleReport,
        _ weak: [(Anomaly, WeakLevels<Facts>.Violation)],
        against model: IsolationModel,
        _ names: inout TransactionNames
    ) -> [Counterexample] {
        let telling = AnomalyTelling(facts: facts)
        typealias Telling = (inout TransactionNames) -> Counterexample
        var tellings: [(counts: Bool, tell: Telling)] = []
        for kind in Anomaly.Kind.allCases {
            guard let sighting = facts.sightings.told.first(where: { $0.kind == kind }) else {
                continue
            }
            let counts = counts(against: model, Anomaly(kind))
            tellings.append((counts, { telling.tell(sighting, &$0) }))
        }
        let findings = WeakFindings(facts: facts, level: level)
        for (anomaly, violation) in weak {
            let text = IsolationBoundary([anomaly]).text
            let counts = counts(against: model, anomaly)
            tellings.append((counts, { findings.told(violation, anomaly, text, &$0) }))
        }
        for cycle in cycles.found {
            let counts = counts(against: model, cycle.anomaly)
            tellings.append((counts, { telling.tell(cycle.anomaly, cycle.edges, &$0) }))
        }
        let ordered = tellings.filter(\.counts) + tellings.filter { !$0.counts }
        return ordered.prefix(Self.told).map { telling in
            var example = telling.tell(&names)
            guard !telling.counts else { return example }
            example.lines.append("\(level.rawValue) allows that")
            return example
        }
    }

    private func notes(_ cycles: CycleReport, _ boundary: IsolationBoundary) -> [String] {
        var notes: [String] = []
        if !boundary.ruledOut.isEmpty { notes.append("transactions: \(boundary.text)") }
        if cycles.knots > 0 {
            notes.append(
                cycles.knots == 1
                    ? "\(Count.text(cycles.largest)) transactions depend on each other in circles"
                    : "\(Count.text(cycles.knots)) groups of transactions depend on each other in "
                        + "circles, the largest of \(Count.text(cycles.largest))"
            )
        }
        if cycles.undecided {
            notes.append(
                "G-nonadjacent may be G-single: too many transactions depend on each other"
            )
        }
        if facts.table.ignored > 0 {
            let ignored = Count.text(facts.table.ignored, "operation")
            notes.append("not transactions of this kind, so left out: \(ignored)")
        }
        return notes
    }
}
