public import Quantities

/// What a measurement must reach: `p99<5ms`, `errors<0.1%`, `throughput>10000/s`.
///
/// Latencies are those of successes from the intended start; `service-p99` counts from the moment of
/// sending. A kind of requests before a dot means it alone: `read.p99<2ms`.
public struct Objective: Sendable, Equatable {
    /// nil for all kinds together.
    public var kind: String?
    public var metric: Metric
    public var comparison: Comparison
    /// Seconds, a part of all requests, or successes a second.
    public var bound: Double

    public enum Metric: Sendable, Equatable {
        case quantile(Double, Clock)
        case max(Clock)
        case mean(Clock)
        /// The part of the requests that did not succeed.
        case errors
        /// Successes a second.
        case throughput
    }

    /// When a latency begins.
    public enum Clock: Sendable, Equatable {
        case response, service
    }

    public static let examples = "p99<5ms, p99.9<=20ms, max<1s, errors<0.1% or throughput>10000/s"

    public init(parsing text: String) throws(WordingProblem) {
        let plain = text.filter { $0 != " " }
        guard let sign = plain.firstIndex(where: { $0 == "<" || $0 == ">" }) else {
            throw WordingProblem("\"\(text)\" has no < or >", fix: "write \(Self.examples)")
        }
        var name = plain[..<sign]
        let (comparison, amount) = Comparison.split(plain[sign...])
        // A quantile may have a dot of its own, behind the p.
        if let dot = name.firstIndex(of: "."), !Self.isQuantile(name) {
            kind = String(name[..<dot])
            name = name[name.index(after: dot)...]
        }
        metric = try Self.metric(name)
        self.comparison = comparison ?? .below
        guard self.comparison.isUpper == (metric != .throughput) else {
            let better = metric == .throughput ? "more" : "less"
            throw WordingProblem(
                "\"\(text)\" would pass only what is worse: of \(name), \(better) is better",
                fix: "write \(Self.examples)"
            )
        }
        let bound: Double? =
            switch metric {
            case .quantile, .max, .mean: parsedDuration(String(amount))?.seconds
            case .errors: parsedShare(amount)
            case .throughput: parsedRate(amount)
            }
        guard let bound else {
            throw WordingProblem(
                "\"\(amount)\" is no bound of \(name)",
                fix: "write \(Self.examples)"
            )
        }
        self.bound = bound
    }

    /// As it is written.
    public var text: String {
        (kind.map { "\($0)." } ?? "") + "\(metric.name) \(comparison.rawValue) \(amountText(bound))"
    }

    /// An amount in the metric's unit.
    public func amountText(_ amount: Double) -> String {
        switch metric {
        case .quantile, .max, .mean: durationText(.seconds(amount))
        case .errors: "\(decimalText(amount * 100))%"
        case .throughput: "\(decimalText(amount))/s"
        }
    }

    private static let names = [
        "p50", "p90", "p99", "p99.9", "max", "mean", "errors", "throughput", "service-p99",
    ]

    private static func metric(_ name: Substring) throws(WordingProblem) -> Metric {
        let isService = name.hasPrefix("service-")
        let clock: Clock = isService ? .service : .response
        let base = isService ? name.dropFirst("service-".count) : name
        switch base {
        case "max": return .max(clock)
        case "mean": return .mean(clock)
        case "errors" where !isService: return .errors
        case "throughput" where !isService: return .throughput
        default: break
        }
        if let fraction = fraction(base) { return .quantile(fraction, clock) }
        throw WordingProblem(
            "there is no figure \"\(name)\"",
            fix: suggestion(for: String(name), among: names, what: "figures")
        )
    }

    private static func isQuantile(_ name: Substring) -> Bool {
        let base = name.hasPrefix("service-") ? name.dropFirst("service-".count) : name
        return fraction(base) != nil
    }

    /// `p99`, `p99.9`, and `p999` for the same.
    private static func fraction(_ name: Substring) -> Double? {
        guard name.first == "p" else { return nil }
        var digits = String(name.dropFirst())
        guard digits.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }) else { return nil }
        if digits.hasPrefix("99"), !digits.contains("."), digits.count > 2 {
            digits.insert(".", at: digits.index(digits.startIndex, offsetBy: 2))
        }
        guard let percent = plainNumber(digits), percent > 0, percent < 100 else { return nil }
        return percent / 100
    }
}

extension Objective.Metric {
    public var name: String {
        switch self {
        case .quantile(let fraction, let clock): clock.prefix + Quantile.name(of: fraction)
        case .max(let clock): clock.prefix + "max"
        case .mean(let clock): clock.prefix + "mean"
        case .errors: "errors"
        case .throughput: "throughput"
        }
    }
}

extension Objective.Clock {
    fileprivate var prefix: String { self == .service ? "service-" : "" }
}
