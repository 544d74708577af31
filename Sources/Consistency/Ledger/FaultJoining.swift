/// Finds the fault that a lost write follows.
///
/// 1. Faults that touched a node holding the key go before all others.
/// 2. A fault that was active at the acknowledgement is a candidate, and so is the next fault to
///    strike: it takes along what was acknowledged just before. Of the two, the one whose applied
///    time is nearer wins, but the coming fault must strike within `shortReach` to win over an
///    active one, and within `longReach` to count at all.
/// 3. Failing both, it is the last fault that was healed before.
struct FaultJoining {
    /// Replication is at most about this far behind its acknowledgements.
    static let shortReach: Int64 = 1_000_000_000
    /// Beyond this a coming fault explains nothing.
    static let longReach: Int64 = 10_000_000_000

    let faults: [FaultMark]

    func join(acknowledgedAt time: Int64, holders: [Int]) -> FaultJoin? {
        let applied = faults.indices.filter { faults[$0].appliedAt != nil }
        let touching = applied.filter { index in
            faults[index].nodes.isEmpty || faults[index].nodes.contains { holders.contains($0) }
        }
        return nearest(to: time, among: touching) ?? nearest(to: time, among: applied)
    }

    private func nearest(to time: Int64, among candidates: [Int]) -> FaultJoin? {
        var active: (index: Int, lag: Int64)?
        var coming: (index: Int, lag: Int64)?
        var passed: (index: Int, lag: Int64)?
        for index in candidates {
            guard let applied = faults[index].appliedAt else { continue }
            let lag = time - applied
            if lag < 0 {
                if -lag <= Self.longReach, -lag < coming?.lag ?? .max { coming = (index, -lag) }
            } else if time <= faults[index].healedAt ?? .max {
                if lag < active?.lag ?? .max { active = (index, lag) }
            } else if lag < passed?.lag ?? .max {
                passed = (index, lag)
            }
        }
        if let active {
            guard let coming, coming.lag < active.lag, coming.lag <= Self.shortReach else {
                return join(active, .during)
            }
            return join(coming, .before)
        }
        if let coming { return join(coming, .before) }
        return passed.map { join($0, .after) }
    }

    private func join(
        _ candidate: (index: Int, lag: Int64),
        _ relation: FaultJoin.Relation
    ) -> FaultJoin {
        FaultJoin(
            fault: candidate.index,
            name: faults[candidate.index].name,
            relation: relation,
            lag: Double(candidate.lag) / 1e9
        )
    }
}
