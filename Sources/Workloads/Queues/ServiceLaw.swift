public import Determinism

/// How long one server takes for a request, as far as theory knows what becomes of it.
public enum ServiceLaw: String, Sendable, Codable, CaseIterable {
    /// Exponential: with Poisson arrivals the queue M/M/1.
    case exponential
    /// Always the same: with Poisson arrivals the queue M/D/1.
    case fixed

    /// Nanoseconds that a request takes.
    public func draw(mean: Double, using generator: inout SeededGenerator) -> Double {
        switch self {
        case .exponential: generator.nextExponential() * mean
        case .fixed: mean
        }
    }

    /// The mean time from arrival to departure, in service times.
    ///
    /// - Parameter load: Arrivals a service time, below 1.
    public func meanTime(load: Double) -> Double {
        switch self {
        case .exponential: 1 / (1 - load)
        // Pollaczek and Khinchine's formula, for a service without variance.
        case .fixed: 1 + load / (2 * (1 - load))
        }
    }

    /// The time from arrival to departure that a fraction of the requests does not exceed, in service
    /// times.
    public func quantile(_ fraction: Double, load: Double) -> Double {
        switch self {
        // The time is exponential too, of mean 1 / (1 - load).
        case .exponential: return -Elementary.log(1 - fraction) / (1 - load)
        case .fixed:
            var (lower, upper) = (1.0, 40.0)
            while upper - lower > 1e-6 {
                let middle = (lower + upper) / 2
                if Self.waitingShare(upTo: middle - 1, load: load) < fraction {
                    lower = middle
                } else {
                    upper = middle
                }
            }
            return upper
        }
    }

    /// The part of the requests of an M/D/1 queue that wait at most so long, in service times
    /// (Erlang, 1909).
    private static func waitingShare(upTo time: Double, load: Double) -> Double {
        guard time >= 0 else { return 0 }
        var sum = 0.0
        for count in 0...Int(time) {
            let distance = load * (Double(count) - time)
            // distance^count / count!, which alternates in sign.
            var term = Elementary.exp(-distance)
            for factor in 0..<count { term *= distance / Double(factor + 1) }
            sum += term
        }
        return (1 - load) * sum
    }
}

/// One server that takes requests in the order of their arrival, on whatever clock.
///
/// Departures follow from arrivals alone, so that a server that wakes late is late once, and not ever
/// later.
public struct VirtualQueue: Sendable {
    private let law: ServiceLaw
    private let mean: Double
    private var generator: SeededGenerator
    private var freeAt = 0.0

    /// - Parameter mean: Of the service time, in nanoseconds; 0 for a server that takes no time.
    public init(_ law: ServiceLaw, mean: Double, seed: Seed) {
        self.law = law
        self.mean = mean
        generator = SeededGenerator(seed: seed)
    }

    /// When a request that arrives at a time, no earlier than the one before, departs.
    public mutating func admit(at arrival: Int64) -> Int64 {
        guard mean > 0 else { return arrival }
        let service = law.draw(mean: mean, using: &generator)
        freeAt = max(freeAt, Double(arrival)) + service
        return Int64(freeAt.rounded())
    }
}
