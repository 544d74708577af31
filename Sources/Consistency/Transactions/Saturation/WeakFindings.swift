import Histories

/// The anomalies of weak levels, told.
struct WeakFindings<Facts: DependencyFacts> {
    /// What causal consistency may cost where nobody asked for it.
    private static var sideCost: Int { 500_000_000 }
    let facts: Facts
    let level: IsolationLevel

    /// Read atomicity without sessions and causal consistency with them, the order of versions
    /// being known as far as reads show it.
    func anomalies(beside boundary: IsolationBoundary) -> [(Anomaly, WeakLevels<Facts>.Violation)] {
        let levels = WeakLevels(facts)
        var found: [(Anomaly, WeakLevels<Facts>.Violation)] = []
        if !boundary.rulesOut(.readAtomic),
            let violation = levels.violation(
                of: .readAtomic,
                respectsSessions: false,
                overwrites: true
            )
        {
            found.append((Anomaly(.fracturedRead), violation))
        }
        if found.isEmpty, !boundary.rulesOut(.causal),
            let violation = levels.violation(
                of: .causal,
                respectsSessions: true,
                overwrites: true,
                limit: level == .causal ? .max : Self.sideCost
            )
        {
            found.append((Anomaly(.causalityViolation), violation))
        }
        return found
    }

    func told(
        _ violation: WeakLevels<Facts>.Violation,
        _ anomaly: Anomaly,
        _ conclusion: String,
        _ names: inout TransactionNames
    ) -> Counterexample {
        switch violation {
        case .circle(let edges):
            return AnomalyTelling(facts: facts).tell(anomaly, edges, conclusion, &names)
        case .demanded(let edges, let demands):
            return AnomalyTelling(facts: facts, demands: demands).tell(
                anomaly,
                edges,
                conclusion,
                &names
            )
        case .contradiction(let contradiction):
            let key = facts.table.words(Int(contradiction.key))
            let knew = facts.knowledge(
                of: contradiction.reader,
                about: contradiction.seen,
                Sightings.two,
                Sightings.one
            )
            let sighting = Sightings.Told(
                kind: anomaly.kind,
                key: contradiction.key,
                transactions: [contradiction.seen, contradiction.reader],
                statement: "\(Sightings.one) wrote \(key), and \(knew), yet \(Sightings.two) read "
                    + "it as it was before all writes"
            )
            return AnomalyTelling(facts: facts).tell(sighting, conclusion, &names)
        }
    }
}
