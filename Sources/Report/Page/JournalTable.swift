import Consistency

/// What was done to the cluster, when, with what evidence, and what it cost.
enum JournalTable {
    static func write(_ trial: TrialRecord, to markup: inout Markup) {
        guard !trial.faults.isEmpty else { return }
        markup.element("h3", "Faults")
        let costs = trial.availability?.faults ?? []
        var table = PlainTable(
            titles: [
                "fault", "target", "scheduled", "applied", "healed",
                "first fresh success", "worst outage", "stuck client", "failed", "unknown", "late",
                "back to 90 %",
            ],
            numbers: Set(2...11)
        )
        for (index, fault) in trial.faults.enumerated() {
            let cost = costs.first { $0.fault == index }
            table.rows.append([
                fault.outcome == .failed ? "\(fault.fault) (failed)" : fault.fault,
                target(of: fault),
                Figure.moment(fault.scheduledAt),
                Figure.moment(fault.appliedAt),
                fault.healedAt.map { Figure.moment($0) } ?? "not healed",
                waited(cost, cost?.firstFreshSuccess),
                waited(cost, cost?.worstOutage),
                stuck(cost),
                Figure.count(cost?.requests?.failed),
                Figure.count(cost?.requests?.unknown),
                Figure.count(cost?.requests?.late),
                recovered(cost),
            ])
            table.notes.append("Evidence: \(evidence(of: fault)).")
        }
        table.write(to: &markup)
        guard costs.contains(where: { $0.requests != nil }) else { return }
        markup.element(
            "p",
            class: "soft",
            "Failed, unknown: requests that ended so before the next fault. Late: succeeded, after "
                + "more than 100 ms."
        )
    }

    private static func target(of fault: FaultRecord) -> String {
        guard let resolved = fault.resolvedTarget else { return fault.target }
        return fault.target.isEmpty || fault.target == resolved
            ? resolved : "\(fault.target): \(resolved)"
    }

    private static func evidence(of fault: FaultRecord) -> String {
        var parts = fault.evidence.map(\.sentence)
        if let detail = fault.detail { parts.append(detail) }
        return parts.isEmpty ? "none" : parts.joined(separator: "; ")
    }

    private static func waited(_ cost: AvailabilityAccount.FaultCost?, _ value: Double?) -> String {
        guard cost != nil else { return Figure.missing }
        return value.map { Figure.duration($0) } ?? "never"
    }

    private static func stuck(_ cost: AvailabilityAccount.FaultCost?) -> String {
        guard let tail = cost?.stuckTail else { return Figure.missing }
        return tail == 0 ? "< 100 ms" : Figure.duration(tail)
    }

    private static func recovered(_ cost: AvailabilityAccount.FaultCost?) -> String {
        guard let cost, cost.rateBefore != nil else { return Figure.missing }
        guard let time = cost.timeToNinetyPercent else { return "never" }
        return time == 0 ? "did not fall" : Figure.duration(time)
    }
}
