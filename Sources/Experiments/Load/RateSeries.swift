internal import Consistency
internal import Determinism
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

    /// What was found, and the record that is shown of it.
    struct Outcome {
        var found: [LoadFindings]
        var record: LoadSeriesRecord
    }

    /// Every rate of a ladder.
    func climb(_ ladder: RateLadder) async throws(CommandFailure) -> Outcome {
        var found: [LoadFindings] = []
        for rate in ladder.rates {
            guard !Interruption.isRequested else { break }
            let place = "[\(found.count + 1)/\(ladder.rates.count)]"
            var findings = try await measure(
                rate,
                isFirst: found.isEmpty,
                place: place,
                plan.expectations
            )
            findings.record.expectations = plan.expectations.map(findings.judged)
            // What stopped late in a measurement may have had too much to do; the table says so.
            if findings.record.counts.ok == 0 { findings.record.void += findings.absences }
            found.append(findings)
        }
        return outcome(found, nil)
    }

    /// The highest rate that meets every objective.
    func search(
        _ objectives: [Objective],
        from start: Double
    ) async throws(CommandFailure) -> Outcome {
        let needed = needed(by: objectives)
        let longest = max(Self.longest, plan.measure)
        var search = RateSearch(
            start: start,
            bounds: max(1, needed / longest.seconds)...Self.highestRate
        )
        var found: [LoadFindings] = []
        while true {
            switch search.next {
            case .finished(let conclusion):
                return outcome(found, summary(objectives, conclusion))
            case .measure(let rate):
                guard !Interruption.isRequested else {
                    return outcome(found, summary(objectives, nil))
                }
                let place = "[\(found.count + 1)]"
                var findings = try await measure(
                    rate,
                    isFirst: found.isEmpty,
                    place: place,
                    objectives,
                    for: max(plan.measure, .seconds(needed / rate))
                )
                // What was cut short says nothing of its rate.
                guard !Interruption.isRequested else { continue }
                findings.record.expectations = objectives.map(findings.judged)
                found.append(findings)
                search.record(Self.trial(findings.record))
            }
        }
    }

    /// Of a measurement of a low rate, which takes longer to show a quantile.
    private static let longest = Duration.seconds(60)
    private static let highestRate = 10_000_000.0

    /// How many requests it takes to decide every objective, with a tenth to spare.
    private func needed(by objectives: [Objective]) -> Double {
        let counts = objectives.map { objective -> Double in
            guard case .quantile(let fraction, _) = objective.metric else { return 1 }
            let share = plan.workload.base.mix.shares.first { $0.kind.name == objective.kind }
            return LatencyHistogram.observationsAboveQuantile / (1 - fraction) / (share?.share ?? 1)
        }
        return 1.1 * (counts.max() ?? 1)
    }

    private func outcome(
        _ found: [LoadFindings],
        _ search: LoadSeriesRecord.Search?
    ) -> Outcome {
        Outcome(
            found: found,
            record: LoadSeriesRecord(
                target: plan.target.text,
                server: subject.text,
                workload: plan.workloadText,
                clients: plan.clients,
                workers: plan.workers,
                seed: plan.seed.rawValue,
                measurements: found.map(\.record),
                search: search
            )
        )
    }

    private func summary(
        _ objectives: [Objective],
        _ conclusion: RateSearch.Conclusion?
    ) -> LoadSeriesRecord.Search {
        let limit =
            switch conclusion?.limit {
            case .objective: "objective"
            case .generator: "generator"
            case .bound: "bound"
            case .measurements: "measurements"
            case nil: "interrupted"
            }
        return LoadSeriesRecord.Search(
            objectives: objectives.map(\.text),
            highest: conclusion?.highest,
            lowestMissed: conclusion?.lowestMissed,
            limit: limit
        )
    }

    /// What did not keep up with the rate has missed it, whatever its quantiles.
    ///
    /// Where the generator was in the way only a hit says something: its lag is part of the latency.
    private static func trial(_ record: LoadRecord) -> RateSearch.Trial {
        let isMet = record.keepsUp && record.expectations.allSatisfy(\.isMet)
        // A late generator only adds to what is measured.
        if isMet, record.void.isEmpty || record.issued == record.scheduled { return .met }
        return record.void.isEmpty ? .missed : .void
    }

    private func measure(
        _ rate: Double,
        isFirst: Bool,
        place: String,
        _ objectives: [Objective] = [],
        for duration: Duration? = nil
    ) async throws(CommandFailure) -> LoadFindings {
        var plan = plan
        plan.measure = duration ?? plan.measure
        plan.load = .arrivals(.constant(rate), process: plan.arrivals)
        plan.loadText = "open loop \(decimalText(rate))/s"
        if !isFirst { plan.phase = .run }
        var measurement = LoadMeasurement(plan: plan, subject: subject, console: console)
        measurement.place = "\(place) \(Figure.rate(rate))"
        let findings = try await measurement.run()
        // On a terminal the rates stay on the screen as they come; the table at the end says more.
        if console.isLive { console.line(line(findings, place, objectives)) }
        return findings
    }

    private func line(
        _ findings: LoadFindings,
        _ place: String,
        _ objectives: [Objective]
    ) -> String {
        let record = findings.record
        var parts = [
            place, "\(Figure.rate(record.offered)) offered", "\(Figure.rate(record.achieved)) ok",
        ]
        for fraction in [0.5, 0.99, 0.999] {
            let name = Quantile.name(of: fraction)
            parts.append("\(name) \(Figure.duration(record.response?[fraction]))")
        }
        if !record.void.isEmpty {
            parts.append("void: \(record.void[0])")
        } else if !record.keepsUp {
            parts.append("fell behind")
        } else if !objectives.isEmpty {
            let isMet = objectives.map(findings.judged).allSatisfy(\.isMet)
            parts.append(isMet ? "met" : "missed")
        }
        return parts.joined(separator: "  ")
    }
}
