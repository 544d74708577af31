internal import Consistency
internal import Quantities
package import Report

extension Gate {
    /// Holds the gate against a trial.
    package func judged(on trial: TrialRecord) -> TrialRecord.Gate {
        let value = measured(in: trial)
        return TrialRecord.Gate(
            name: metric.rawValue,
            limit: limit,
            actual: value.map(figure),
            passed: value.map(passes)
        )
    }

    /// nil where the trial has no such figure.
    private func measured(in trial: TrialRecord) -> Double? {
        switch metric {
        case .lostAcknowledgedWrites: trial.ledger.map { Double($0.lost) }
        case .resurrectedWrites: trial.ledger.map { Double($0.resurrected) }
        case .garbageValues: trial.ledger.map { Double($0.garbage) }
        case .disagreeingKeys: trial.ledger.map { Double($0.divergent) }
        case .longestOutage: trial.availability.map { $0.worstOutage?.duration ?? 0 }
        case .timeToRecover: trial.availability.map { timeToRecover($0.faults) }
        case .p50: trial.latency?.p50
        case .p99: trial.latency?.p99
        case .p999: trial.latency?.p999
        case .max: trial.latency?.max
        case .throughput: trial.throughput
        case .linearizable: trial.history.flatMap(\.holds).map { $0 ? 1 : 0 }
        }
    }

    /// The longest over the faults; a probe that never succeeded again took for ever.
    private func timeToRecover(_ costs: [AvailabilityAccount.FaultCost]) -> Double {
        costs.map { $0.firstFreshSuccess ?? .infinity }.max() ?? 0
    }
}

extension Gate.Metric {
    /// An amount in the metric's unit, as plans write it.
    func text(_ amount: Double) -> String {
        guard amount.isFinite else { return "never" }
        return switch unit {
        case .count: "\(Int(amount))"
        case .seconds: durationText(.seconds(amount))
        case .rate: "\(Int(amount.rounded()))/s"
        case .truth: amount >= 1 ? "true" : "false"
        }
    }
}
