/// A latency that a fraction of the observations does not exceed, with at least ten that do.
///
/// Nothing else makes one: what has fewer observations above it is a guess, and cannot be shown.
public struct Quantile: Sendable, Hashable {
    /// 0 to 1.
    public let fraction: Double
    public let nanoseconds: UInt64
    /// How many observations there are in all.
    public let observations: UInt64

    fileprivate init(fraction: Double, nanoseconds: UInt64, observations: UInt64) {
        self.fraction = fraction
        self.nanoseconds = nanoseconds
        self.observations = observations
    }

    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// `p50`, `p99.9`.
    public var name: String { Self.name(of: fraction) }

    public static func name(of fraction: Double) -> String {
        var digits = FixedText.of(fraction * 100, decimals: 6)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return "p\(digits)"
    }

    /// The ones that summaries show, as far as they are supported.
    public static let customary = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]
}

extension LatencyHistogram {
    /// nil unless at least ten observations lie above it.
    public func supported(_ fraction: Double) -> Quantile? {
        quantile(fraction).map {
            Quantile(fraction: fraction, nanoseconds: $0, observations: count)
        }
    }

    /// Those of the fractions that are supported.
    public func quantiles(_ fractions: [Double] = Quantile.customary) -> [Quantile] {
        fractions.compactMap(supported)
    }
}

/// What a summary says of a distribution, as JSON too: only quantiles that are supported, in seconds.
public struct LatencyFigures: Codable, Sendable, Equatable {
    public var count: UInt64
    public var mean: Double
    public var max: Double
    /// Observations beyond two hours, which count as two hours.
    public var clipped: UInt64
    public var quantiles: [Figure]

    public struct Figure: Codable, Sendable, Equatable {
        public var name: String
        public var seconds: Double
    }

    /// nil without observations.
    public init?(_ histogram: LatencyHistogram, _ fractions: [Double] = Quantile.customary) {
        guard !histogram.isEmpty else { return nil }
        count = histogram.count
        mean = histogram.mean / 1e9
        max = Double(histogram.maximum) / 1e9
        clipped = histogram.clippedCount
        quantiles = histogram.quantiles(fractions).map {
            Figure(name: $0.name, seconds: $0.seconds)
        }
    }

    /// In seconds; nil where it is not supported.
    public func quantile(_ fraction: Double) -> Double? {
        let name = Quantile.name(of: fraction)
        return quantiles.first { $0.name == name }?.seconds
    }
}
