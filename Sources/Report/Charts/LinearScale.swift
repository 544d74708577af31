/// Maps numbers to coordinates in proportion.
package struct LinearScale {
    package let domain: ClosedRange<Double>
    package let start: Double
    package let end: Double

    /// An empty domain is widened, so that nothing is divided by zero.
    package init(domain: ClosedRange<Double>, start: Double, end: Double) {
        self.domain =
            domain.upperBound > domain.lowerBound
            ? domain : domain.lowerBound...(domain.lowerBound + 1)
        self.start = start
        self.end = end
    }

    package func callAsFunction(_ value: Double) -> Double {
        let fraction = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return start + fraction * (end - start)
    }

    /// Where `value` is drawn if it lies outside: at the edge.
    package func clamped(_ value: Double) -> Double {
        self(min(max(value, domain.lowerBound), domain.upperBound))
    }

    /// Round numbers within the domain, about `count` of them.
    package func ticks(about count: Int) -> [Double] {
        let step = Self.step(domain.upperBound - domain.lowerBound, about: count)
        var ticks: [Double] = []
        var index = (domain.lowerBound / step).rounded(.up)
        while index * step <= domain.upperBound + step * 1e-9, ticks.count < 100 {
            ticks.append(index * step)
            index += 1
        }
        return ticks
    }

    /// The round step (1, 2 or 5 times a power of ten) that cuts `span` into at most `count` parts.
    package static func step(_ span: Double, about count: Int) -> Double {
        let rough = span / Double(max(1, count))
        guard rough > 0, rough.isFinite else { return 1 }
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        for factor in [1.0, 2, 5] where factor * power >= rough * 0.999_999 {
            return factor * power
        }
        return 10 * power
    }
}
