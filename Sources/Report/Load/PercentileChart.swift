public import Statistics

/// Latency by percentile, as HdrHistogram plots it: each further nine has the same width, so that the
/// tail is as readable as the median.
public struct PercentileChart: Sendable {
    /// One distribution, and how its line is drawn.
    public struct Series: Sendable {
        public var name: String
        public var histogram: LatencyHistogram
        public var style: Style

        public enum Style: String, Sendable {
            case response, service, lag
        }

        public init(name: String, histogram: LatencyHistogram, style: Style) {
            self.name = name
            self.histogram = histogram
            self.style = style
        }
    }

    private static let width = 1120.0
    private static let left = 66.0
    private static let right = 1104.0
    private static let top = 26.0
    private static let bottom = 318.0
    /// Labelled, as far as there are observations.
    private static let levels = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999_999, 0.999_999_9]

    private let series: [Series]
    private let nines: LinearScale
    private let latency: LatencyScale

    /// Series without observations are left out.
    public init(_ series: [Series]) {
        self.series = series.filter { !$0.histogram.isEmpty }
        let most = self.series.map(\.histogram.count).max() ?? 1
        nines = LinearScale(
            domain: 0...max(Logarithm.base2(Double(most)), 1),
            start: Self.left,
            end: Self.right
        )
        let shown = self.series.flatMap { one in
            [one.histogram.nearestRank(0.001), one.histogram.maximum].map { Double($0) / 1e9 }
        }
        latency = LatencyScale(
            domain: LatencyScale.domain(of: shown),
            bottom: Self.bottom,
            top: Self.top
        )
    }

    public var svg: String {
        var drawing = grid
        drawing += Axis.latency(latency, left: Self.left, right: Self.right)
        for one in series.reversed() { drawing += lines(one) }
        for one in series { drawing += dots(one) }
        return "<svg class=\"chart\" viewBox=\"0 0 \(Coordinate.text(Self.width)) "
            + "\(Coordinate.text(Self.bottom + 26))\" role=\"img\" "
            + "aria-label=\"Latency by percentile\">\(drawing)"
            + "<text class=\"panel\" x=\"\(Coordinate.text(Self.left))\" "
            + "y=\"\(Coordinate.text(Self.top - 10))\">latency by percentile</text></svg>"
    }

    public var legend: String {
        var items = series.map { one in
            item("<path class=\"line \(one.style.rawValue)\" d=\"M0 6h20\"/>", one.name)
        }
        items.append(
            item(
                "<path class=\"line response guess\" d=\"M0 6h20\"/>",
                "fewer than ten observations above"
            )
        )
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    private func item(_ drawing: String, _ text: String) -> String {
        "<li><svg viewBox=\"0 0 20 12\" width=\"20\" height=\"12\" aria-hidden=\"true\">"
            + "\(drawing)</svg>\(Markup.escape(text))</li>"
    }

    private func x(_ level: Double) -> Double { nines.clamped(-Logarithm.base2(1 - level)) }

    private var grid: String {
        var lines = ""
        var labels = ""
        for level in Self.levels where -Logarithm.base2(1 - level) <= nines.domain.upperBound {
            let place = Coordinate.text(x(level))
            lines += "M\(place) \(Coordinate.text(Self.top))V\(Coordinate.text(Self.bottom))"
            labels +=
                "<text x=\"\(place)\" y=\"\(Coordinate.text(Self.bottom + 16))\" "
                + "text-anchor=\"middle\">\(level == 0 ? "p0" : Quantile.name(of: level))</text>"
        }
        return "<path class=\"grid\" d=\"\(lines)\"/><g class=\"tick\">\(labels)</g>"
    }

    /// Solid as far as ten observations lie above, broken beyond.
    private func lines(_ one: Series) -> String {
        let count = one.histogram.count
        let steps = one.histogram.percentileSteps
        let end = Double(count) * (1 - 1e-12)
        func points(_ part: [LatencyHistogram.PercentileStep]) -> [(x: Double, y: Double?)] {
            part.map { step in
                // The last observation stands where one in all lies above.
                let level = step.level < 1 ? step.level : 1 - 1 / max(end, 1)
                return (x(level), latency(Double(step.value) / 1e9))
            }
        }
        let supported = steps.prefix { step in
            Double(count) * (1 - step.level) >= LatencyHistogram.observationsAboveQuantile
        }
        let rest = steps.dropFirst(max(0, supported.count - 1))
        let style = one.style.rawValue
        return LinePath.svg(points(Array(rest)), class: "\(style) guess")
            + LinePath.svg(points(Array(supported)), class: style)
    }

    /// The quantiles that people name, with their values on hovering.
    private func dots(_ one: Series) -> String {
        let quantiles = one.histogram.quantiles(Array(Self.levels.dropFirst()))
        return quantiles.map { quantile in
            let words = "\(one.name) \(quantile.name): \(Figure.duration(quantile.seconds))"
            return "<circle class=\"dot \(one.style.rawValue)\" "
                + "cx=\"\(Coordinate.text(x(quantile.fraction)))\" "
                + "cy=\"\(Coordinate.text(latency(quantile.seconds)))\" r=\"4\">"
                + "<title>\(Markup.escape(words))</title></circle>"
        }.joined()
    }
}
