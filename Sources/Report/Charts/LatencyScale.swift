/// Maps latencies to heights by their logarithm: each factor of ten is equally tall.
package struct LatencyScale {
    /// In seconds, both above 0.
    package let domain: ClosedRange<Double>
    /// The y of the lower bound; y grows downwards.
    package let bottom: Double
    package let top: Double
    private let logarithmOfLeast: Double
    private let height: Double

    package init(domain: ClosedRange<Double>, bottom: Double, top: Double) {
        self.domain = domain
        self.bottom = bottom
        self.top = top
        logarithmOfLeast = Logarithm.base2(domain.lowerBound)
        let span = Logarithm.base2(domain.upperBound) - logarithmOfLeast
        height = (bottom - top) / max(span, 1)
    }

    /// The domain that shows these latencies: from a 1, 2 or 5 below the least to one above the
    /// greatest, and never less than two decades.
    package static func domain(of latencies: some Sequence<Double>) -> ClosedRange<Double> {
        var least = Double.infinity
        var greatest = 0.0
        for latency in latencies where latency > 0 && latency.isFinite {
            least = min(least, latency)
            greatest = max(greatest, latency)
        }
        guard greatest > 0 else { return 1e-4...1 }
        let lower = roundNumbers.last { $0 <= least * 1.000_001 } ?? 1e-9
        let upper = roundNumbers.first { $0 >= greatest * 0.999_999 } ?? 1e6
        return lower...max(upper, lower * 100)
    }

    /// A latency outside the domain is drawn at its edge.
    package func callAsFunction(_ latency: Double) -> Double {
        unbounded(min(max(latency, domain.lowerBound), domain.upperBound))
    }

    func unbounded(_ latency: Double) -> Double {
        bottom - (Logarithm.base2(latency) - logarithmOfLeast) * height
    }

    /// How tall a doubling is.
    var octave: Double { height }

    /// Powers of ten, to be labelled.
    package var decades: [Double] { Self.powers.filter(domain.contains) }

    /// The 2s and 5s between them.
    var between: [Double] {
        Self.powers.flatMap { [2 * $0, 5 * $0] }.filter(domain.contains)
    }

    private static let powers: [Double] = [
        1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000, 1e4, 1e5, 1e6,
    ]
    private static let roundNumbers = powers.flatMap { [$0, 2 * $0, 5 * $0] }
}
