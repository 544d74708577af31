import Histories

/// The anomalies of weak levels, told.
struct WeakFindings<Facts: DependencyFacts> {
    /// What causal consistency may cost where nobody asked for it.
    private static var sideCost: Int { 500_000_000 }
    let facts: Facts
    let level: IsolationLevel

    /// Read atomicity without sessions and causal consistency with them, the order of versions
    /// being known as far as reads show it.
    func anomalies(beside boundary: IsolationBoundary) -> [(Anomaly, Counterexample)] {
        let levels = WeakLevels(facts)
        var found: [(Anomaly, Counterexample)] = []
        if !boundary.rulesOut(.readAtomic),
            let violation = levels.violation(
                of: .readAtomic,
                respectsSessions: false,
                overwrites: true
            )
        {
            let anomaly = Anomaly(.fracturedRead)
            found.append((anomaly, told(violation, anomaly, IsolationBoundary([anomaly]).text)))
        }
        if found.isEmpty, !boundary.rulesOut(.causal),
            let violation = levels.violation(
                of: .causal,
                respectsSessions: true,
                overwrites: true,
                limit: level == .causal ? .max : Self.sideCost
            )
        {
            let anomaly = Anomaly(.causalityViolation)
            found.append((anomaly, told(violation, anomaly, IsolationBoundary([anomaly]).text)))
        }
        return found
    }

    func told(
        _ violation: WeakLevels<Facts>.Violation,
        _ anomaly: Anomaly,
        _ conclusion: String
    ) -> Counterexample {
        switch violation {
        case .circle(let edges):
            return AnomalyTelling(facts: facts).tell(anomaly, edges, conclusion)
        case .demanded(let edges, let demands):
            return AnomalyTelling(facts: facts, demands: demands).tell(anomaly, edges, conclusion)
        case .contradiction(let contradiction):
            let key = facts.table.history.keys.texts[Int(contradiction.key)]
            let sighting = Sightings.Told(
                kind: anomaly.kind,
                key: contradiction.key,
                transactions: [contradiction.seen, contradiction.reader],
                statement: "T2 saw T1, which wrote key \(key), and read that key as it was before "
                    + "all writes"
            )
            return AnomalyTelling(facts: facts).tell(sighting, conclusion)
        }
    }
}
