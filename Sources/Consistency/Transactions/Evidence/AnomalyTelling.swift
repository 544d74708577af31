import Histories

/// Tells anomalies in four to eight lines.
struct AnomalyTelling<Facts: DependencyFacts> {
    private static var mostLines: Int { 8 }
    let facts: Facts
    /// What a weak level asks for, where the cycles are of its order.
    let demands: [CommitOrder.Demand]
    private let text: TransactionText

    init(facts: Facts, demands: [CommitOrder.Demand] = []) {
        self.facts = facts
        self.demands = demands
        text = TransactionText(table: facts.table)
    }

    func tell(_ sighting: Sightings.Told) -> Counterexample {
        tell(sighting, IsolationBoundary([Anomaly(sighting.kind)]).text)
    }

    func tell(_ sighting: Sightings.Told, _ conclusion: String) -> Counterexample {
        var lines = [sighting.statement]
        for (number, transaction) in sighting.transactions.enumerated() {
            lines.append("T\(number + 1) = \(text.text(of: transaction))")
        }
        lines.append("\(sighting.kind.name): \(sighting.kind.meaning)")
        lines.append("concluded: \(conclusion)")
        return Counterexample(
            anomaly: sighting.kind.name,
            key: KeyID(rawValue: sighting.key),
            operations: sighting.transactions.map { Int(facts.table.places[$0]) },
            lines: lines
        )
    }

    func tell(_ anomaly: Anomaly, _ cycle: [CycleEdge]) -> Counterexample {
        tell(anomaly, cycle, IsolationBoundary([anomaly]).text)
    }

    func tell(_ anomaly: Anomaly, _ cycle: [CycleEdge], _ conclusion: String) -> Counterexample {
        var names: [Int: String] = [:]
        for (number, edge) in cycle.enumerated() where names[edge.from] == nil {
            names[edge.from] = "T\(number + 1)"
        }
        func name(_ transaction: Int) -> String { names[transaction] ?? "T?" }
        var lines: [String] = []
        if cycle.count <= 3 {
            for edge in cycle { lines.append("\(name(edge.from)) = \(text.text(of: edge.from))") }
            for edge in cycle {
                let (from, to) = (name(edge.from), name(edge.to))
                lines.append("\(from) came before \(to): \(reason(edge, name))")
            }
        } else {
            let shown = cycle.count <= Self.mostLines - 1 ? cycle.count : Self.mostLines - 2
            for edge in cycle.prefix(shown - 1) { lines.append(longLine(edge, name)) }
            if shown < cycle.count {
                lines.append("and so on, through \(cycle.count - shown) more transactions")
            }
            if let last = cycle.last { lines.append(longLine(last, name)) }
        }
        lines.append("\(anomaly.name), \(anomaly.kind.meaning): \(conclusion)")
        let keys = Set(cycle.map(\.key).filter { $0 != DependencyGraph.noKey })
        return Counterexample(
            anomaly: anomaly.name,
            key: keys.count == 1 ? keys.first.map { KeyID(rawValue: $0) } : nil,
            operations: cycle.map { Int(facts.table.places[$0.from]) },
            lines: lines
        )
    }

    private func longLine(_ edge: CycleEdge, _ name: (Int) -> String) -> String {
        let from = name(edge.from)
        return "\(from) (\(text.steps(of: edge.from))) came before \(name(edge.to)): "
            + reason(edge, name)
    }

    private func reason(_ edge: CycleEdge, _ name: (Int) -> String) -> String {
        let (from, to) = (name(edge.from), name(edge.to))
        if let demand = demands.first(where: { $0.explains(edge) }) {
            let reader = Int(demand.reader)
            let known = name(reader)
            let who = known == "T?" ? "another (\(text.steps(of: reader)))" : known
            let key = facts.table.history.keys.texts[Int(edge.key)]
            return "\(who) saw \(from), which wrote key \(key), and read that key from \(to)"
        }
        if edge.kind == .process || edge.kind == .realtime {
            return text.orderReason(edge, from, to)
        }
        return facts.reason(edge, from, to)
    }
}
