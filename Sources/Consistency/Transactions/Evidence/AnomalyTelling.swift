import Histories

/// Tells anomalies in four to eight lines.
struct AnomalyTelling<Facts: DependencyFacts> {
    private static var mostLines: Int { 8 }
    let facts: Facts
    /// What a weak level asks for, where the cycles are of its order.
    let demands: [CommitOrder.Demand]

    init(facts: Facts, demands: [CommitOrder.Demand] = []) {
        self.facts = facts
        self.demands = demands
    }

    func tell(_ sighting: Sightings.Told, _ names: inout TransactionNames) -> Counterexample {
        tell(sighting, IsolationBoundary([Anomaly(sighting.kind)]).text, &names)
    }

    func tell(
        _ sighting: Sightings.Told,
        _ conclusion: String,
        _ names: inout TransactionNames
    ) -> Counterexample {
        let text = TransactionText(table: facts.table, of: sighting.transactions)
        let told = sighting.transactions.map { names.name(of: $0) }
        var statement = PlainText.shown(
            sighting.statement,
            except: [Sightings.one, Sightings.two]
        )
        for (placeholder, name) in zip([Sightings.one, Sightings.two], told) {
            statement = statement.split(separator: placeholder, omittingEmptySubsequences: false)
                .joined(separator: name)
        }
        var lines = [statement]
        for (name, transaction) in zip(told, sighting.transactions) {
            lines.append("\(name) = \(text.text(of: transaction))")
        }
        lines.append("\(sighting.kind.name): \(sighting.kind.meaning)")
        lines.append("concluded: \(conclusion)")
        return Counterexample(
            anomaly: sighting.kind.name,
            key: KeyID(rawValue: sighting.key),
            operations: sighting.transactions.map { Int(facts.table.places[$0]) },
            lines: lines.map(PlainText.shown)
        )
    }

    func tell(
        _ anomaly: Anomaly,
        _ cycle: [CycleEdge],
        _ names: inout TransactionNames
    ) -> Counterexample {
        tell(anomaly, cycle, IsolationBoundary([anomaly]).text, &names)
    }

    func tell(
        _ anomaly: Anomaly,
        _ cycle: [CycleEdge],
        _ conclusion: String,
        _ names: inout TransactionNames
    ) -> Counterexample {
        let losses = cycle.compactMap { facts.loss(at: $0) }.prefix(1)
        let others = others(in: cycle) + losses.map(\.reader)
        let text = TransactionText(table: facts.table, of: cycle.map(\.from) + others)
        for edge in cycle { _ = names.name(of: edge.from) }
        var lines: [String] = []
        if cycle.count <= 3 {
            for edge in cycle {
                lines.append("\(names.name(of: edge.from)) = \(text.text(of: edge.from))")
            }
        }
        var known = Set(cycle.map(\.from))
        for other in others where known.insert(other).inserted {
            lines.append("\(names.name(of: other)) = \(text.text(of: other))")
        }
        for loss in losses {
            let (writer, reader) = (names.name(of: loss.writer), names.name(of: loss.reader))
            lines.append(
                "lost append: \(writer)'s append of \(loss.value) was acknowledged at "
                    + "\(text.acknowledgement(of: loss.writer)), yet no read shows it, not even "
                    + "\(reader)'s, which began later"
            )
        }
        lines += steps(of: cycle, text, &names)
        lines.append("\(anomaly.name), \(anomaly.kind.meaning): \(conclusion)")
        let keys = Set(cycle.map(\.key).filter { $0 != DependencyGraph.noKey })
        return Counterexample(
            anomaly: anomaly.name,
            key: keys.count == 1 ? keys.first.map { KeyID(rawValue: $0) } : nil,
            operations: cycle.map { Int(facts.table.places[$0.from]) },
            lines: lines.map(PlainText.shown)
        )
    }

    /// Who came before whom, a line each.
    private func steps(
        of cycle: [CycleEdge],
        _ text: TransactionText,
        _ names: inout TransactionNames
    ) -> [String] {
        func line(_ edge: CycleEdge, isLong: Bool) -> String {
            let (from, to) = (names.name(of: edge.from), names.name(of: edge.to))
            let who = isLong ? "\(from) (\(text.steps(of: edge.from)))" : from
            return "\(who) came before \(to): \(reason(edge, text, &names))"
        }
        guard cycle.count > 3 else { return cycle.map { line($0, isLong: false) } }
        let shown = cycle.count <= Self.mostLines - 1 ? cycle.count : Self.mostLines - 2
        var lines = cycle.prefix(shown - 1).map { line($0, isLong: true) }
        if shown < cycle.count {
            let more = Count.text(cycle.count - shown, "more transaction")
            lines.append("and so on, through \(more)")
        }
        if let last = cycle.last { lines.append(line(last, isLong: true)) }
        return lines
    }

    /// Transactions beside the cycle's that its reasons speak of.
    private func others(in cycle: [CycleEdge]) -> [Int] {
        let own = Set(cycle.map(\.from))
        return cycle.compactMap { edge in
            demands.first { $0.explains(edge) }.map { Int($0.reader) }
        }.filter { !own.contains($0) }
    }

    private func reason(
        _ edge: CycleEdge,
        _ text: TransactionText,
        _ names: inout TransactionNames
    ) -> String {
        let (from, to) = (names.name(of: edge.from), names.name(of: edge.to))
        if let demand = demands.first(where: { $0.explains(edge) }) {
            let reader = Int(demand.reader)
            let who = names.name(of: reader)
            let key = facts.table.words(Int(edge.key))
            let knew = facts.knowledge(of: reader, about: edge.from, who, from)
            return "\(from) wrote \(key), and \(knew), yet \(who) read it from \(to)"
        }
        if edge.kind == .process || edge.kind == .realtime {
            return text.orderReason(edge, from, to)
        }
        return facts.reason(edge, from, to)
    }
}
