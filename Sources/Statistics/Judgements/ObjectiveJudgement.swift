internal import Quantities

/// What was measured of one kind of requests, or of all together.
public struct RequestFigures: Sendable {
    /// Successes, from their intended start.
    public var response: LatencyHistogram
    /// Successes, from the moment of sending.
    public var service: LatencyHistogram
    public var succeeded: Int
    /// Whatever became of them.
    public var ended: Int

    public init(
        response: LatencyHistogram = LatencyHistogram(),
        service: LatencyHistogram = LatencyHistogram(),
        succeeded: Int = 0,
        ended: Int = 0
    ) {
        self.response = response
        self.service = service
        self.succeeded = succeeded
        self.ended = ended
    }

    public mutating func add(_ other: Self) {
        response.merge(other.response)
        service.merge(other.service)
        succeeded += other.succeeded
        ended += other.ended
    }
}

/// Whether a measurement reached an objective.
public struct ObjectiveJudgement: Sendable, Equatable {
    public var objective: Objective
    public var verdict: Verdict

    public enum Verdict: Sendable, Equatable {
        case met(Double)
        case missed(Double)
        /// The measurement cannot say; the reason is for people.
        case undecided(String)
    }

    /// - Parameters:
    ///   - kinds: By name, such as `read`.
    ///   - seconds: How long it was measured.
    public init(
        _ objective: Objective,
        kinds: [(name: String, figures: RequestFigures)],
        seconds: Double
    ) {
        self.objective = objective
        let chosen = kinds.filter { objective.kind == nil || $0.name == objective.kind }
        guard !chosen.isEmpty else {
            verdict = .undecided("there were no requests called \(objective.kind ?? "anything")")
            return
        }
        var figures = RequestFigures()
        for kind in chosen { figures.add(kind.figures) }
        verdict = Self.verdict(objective, figures, seconds)
    }

    /// `p99 < 5ms: 7.2ms`.
    public var text: String {
        switch verdict {
        case .met(let value), .missed(let value):
            "\(objective.text): \(objective.amountText(value))"
        case .undecided(let reason): "\(objective.text): \(reason)"
        }
    }

    private static func verdict(
        _ objective: Objective,
        _ figures: RequestFigures,
        _ seconds: Double
    ) -> Verdict {
        let value: Double
        switch objective.metric {
        case .errors:
            guard figures.ended > 0 else { return .undecided("no request ended") }
            value = 1 - Double(figures.succeeded) / Double(figures.ended)
        case .throughput:
            guard seconds > 0 else { return .undecided("nothing was measured") }
            value = Double(figures.succeeded) / seconds
        case .quantile(let fraction, let clock):
            let histogram = figures.latency(clock)
            guard let quantile = histogram.supported(fraction) else {
                let needed = LatencyHistogram.observationsAboveQuantile / (1 - fraction)
                return .undecided(
                    "\(histogram.count) successes are too few: it takes \(Int(needed.rounded()))"
                )
            }
            value = quantile.seconds
        case .max(let clock), .mean(let clock):
            let histogram = figures.latency(clock)
            guard !histogram.isEmpty else { return .undecided("nothing succeeded") }
            let isMean = objective.metric == .mean(clock)
            value = (isMean ? histogram.mean : Double(histogram.maximum)) / 1e9
        }
        return objective.comparison.holds(value, objective.bound) ? .met(value) : .missed(value)
    }
}

extension RequestFigures {
    fileprivate func latency(_ clock: Objective.Clock) -> LatencyHistogram {
        clock == .service ? service : response
    }
}
