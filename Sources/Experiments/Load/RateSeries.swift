internal import Consistency
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics
internal import Workloads

/// Measurements of several rates, one after the other.
struct RateSeries {
    let plan: LoadPlan
    let subject: LoadSubject
    let console: Console

    /// Every rate of a ladder.
    func climb(_ ladder: RateLadder) async throws(CommandFailure) -> [LoadFindings] {
        var found: [LoadFindings] = []
        for rate in ladder.rates {
            guard !Interruption.isRequested else { break }
            found.append(try await measure(rate, isFirst: found.isEmpty))
        }
        return found
    }

    /// The highest rate that meets every objective.
    func search(
        _ objectives: [Objective],
        from start: Double
    ) async throws(CommandFailure) -> (found: [LoadFindings], conclusion: RateSearch.Conclusion?) {
        var search = RateSearch(start: start)
        var found: [LoadFindings] = []
        while true {
            switch search.next {
            case .finished(let conclusion): return (found, conclusion)
            case .measure(let rate):
                guard !Interruption.isRequested else { return (found, nil) }
                var findings = try await measure(rate, isFirst: found.isEmpty)
                findings.record.expectations = objectives.map(findings.judged)
                found.append(findings)
                search.record(Self.trial(findings.record))
            }
        }
    }

    /// What did not keep up with the rate has missed it, whatever its quantiles; where the generator
    /// was in the way, only a hit says something.
    private static func trial(_ record: LoadRecord) -> RateSearch.Trial {
        let keepsUp = record.achieved >= 0.99 * (record.offered ?? 0)
        let isMet = record.expectations.allSatisfy(\.isMet)
        if record.void.isEmpty { return isMet && keepsUp ? .met : .missed }
        return .void
    }

    private func measure(
        _ rate: Double,
        isFirst: Bool
    ) async throws(CommandFailure) -> LoadFindings {
        var plan = plan
        plan.load = .arrivals(.constant(rate), process: plan.arrivals)
        plan.loadText = "open loop \(decimalText(rate))/s"
        if !isFirst { plan.phase = .run }
        let findings = try await LoadMeasurement(plan: plan, subject: subject, console: console)
            .run()
        console.line(Self.line(findings.record))
        return findings
    }

    private static func line(_ record: LoadRecord) -> String {
        var parts = [
            "\(Figure.rate(record.offered)) offered", "\(Figure.rate(record.achieved)) ok",
        ]
        for fraction in [0.5, 0.99, 0.999] {
            let name = Quantile.name(of: fraction)
            parts.append("\(name) \(Figure.duration(record.response?[fraction]))")
        }
        if !record.void.isEmpty { parts.append("void: \(record.void[0])") }
        return parts.joined(separator: "  ")
    }
}
