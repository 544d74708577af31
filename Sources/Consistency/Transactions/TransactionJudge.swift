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
        let cycles = CycleReport(facts, explains: explains)
        let model = IsolationModel(level)
        let strong = facts.sightings.anomalies + cycles.found.map(\.anomaly)
        // Whatever breaks a weak level makes a knot, too.
        let weak =
            cycles.knots == 0
            ? []
            : WeakFindings(facts: facts, level: level)
                .anomalies(beside: IsolationBoundary(strong))
        let boundary = IsolationBoundary(strong + weak.map(\.0))
        let verdict: Verdict
        if boundary.rulesOut(model) {
            verdict = .invalid(reasons(cycles, weak.map(\.0), against: model))
        } else if let missing = facts.whatIsMissing {
            verdict = .unknown([missing])
        } else {
            verdict = .valid
        }
        return Conclusion(
            verdict: verdict,
            counterexamples: explains ? counterexamples(cycles, weak, against: model) : [],
            notes: notes(cycles, boundary),
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

/// The kinds of cycle in a history's dependencies, one of each.
struct CycleReport {
    struct Found {
        var anomaly: Anomaly
        var edges: [CycleEdge]
    }

    private(set) var found: [Found] = []
    /// Strongly connected parts of at least two vertices.
    private(set) var knots = 0
    /// Transactions in the largest.
    private(set) var largest = 0
    private(set) var undecided = false
    private let explains: Bool

    /// - Parameter explains: Whether cycles are to be told, and so short ones looked for.
    init(_ facts: some DependencyFacts, explains: Bool) {
        self.explains = explains
        var builder = DependencyGraphBuilder(transactions: facts.table.count)
        facts.addEdges(to: &builder)
        OrderEdges(table: facts.table, included: facts.included).add(to: &builder)
        let graph = builder.build()
        let components = Components(of: KindView(graph, EdgeOrder.realtime.all))
        guard !components.large.isEmpty else { return }
        var numbers = [UInt32](repeating: 0, count: graph.vertexCount)
        let parts = components.large.map { graph.part(of: $0, numbers: &numbers) }
            .sorted { $0.vertexCount < $1.vertexCount }
        knots = parts.count
        largest = parts.map { part in part.names.count { $0 < part.transactions } }.max() ?? 0
        search(parts)
    }

    /// A kind of cycle that takes more orders tells something only if none as bad takes fewer.
    private mutating func search(_ parts: [DependencyGraph]) {
        var bound: Anomaly.Kind?
        for order in EdgeOrder.allCases {
            var worst: [Anomaly.Kind: [CycleEdge]] = [:]
            for part in parts {
                let search = CycleSearch(graph: part, order: order, explains: explains)
                guard let cycle = search.worst(before: bound) else { continue }
                undecided = undecided || cycle.mayBeWorse
                if let other = worst[cycle.kind], other.count <= cycle.edges.count { continue }
                worst[cycle.kind] = cycle.edges
            }
            for kind in Anomaly.Kind.allCases {
                guard let edges = worst[kind] else { continue }
                found.append(Found(anomaly: Anomaly(kind, order), edges: edges))
                if kind.rawValue < bound?.rawValue ?? .max { bound = kind }
            }
        }
    }
}
