/// Latency by offered rate: flat while a server keeps up, and steep where it does not.
struct RateChart {
    private static let width = 1120.0
    private static let left = 66.0
    private static let right = 1104.0
    private static let top = 26.0
    private static let bottom = 318.0

    /// A line of the chart: what it shows, how it is drawn, and what it is called.
    private static let lines: [(fraction: Double?, style: String, name: String)] = [
        (0.5, "p50", "p50"), (0.99, "p99", "p99"), (nil, "max", "max"),
    ]

    private let measurements: [LoadRecord]
    private let rate: LinearScale
    private let latency: LatencyScale

    /// - Parameter measurements: By rate, from the lowest.
    init(_ measurements: [LoadRecord]) {
        self.measurements = measurements
        rate = LinearScale(
            domain: 0...(measurements.compactMap(\.offered).max() ?? 1),
            start: Self.left,
            end: Self.right
        )
        let shown = measurements.flatMap { record in
            Self.lines.compactMap { Self.value(record, $0.fraction) }
        }
        latency = LatencyScale(
            domain: LatencyScale.domain(of: shown),
            bottom: Self.bottom,
            top: Self.top
        )
    }

    var svg: String {
        var drawing = grid + Axis.latency(latency, left: Self.left, right: Self.right)
        for line in Self.lines.reversed() {
            let points = measurements.map { record in
                (
                    x: rate(record.offered ?? 0),
                    y: Self.value(record, line.fraction).map { latency($0) }
                )
            }
            drawing += LinePath.svg(points, class: line.style)
        }
        for line in Self.lines { drawing += dots(line.fraction, line.style, line.name) }
        return "<svg class=\"chart\" viewBox=\"0 0 \(Coordinate.text(Self.width)) "
            + "\(Coordinate.text(Self.bottom + 26))\" role=\"img\" "
            + "aria-label=\"Latency by offered rate\">\(drawing)"
            + "<text class=\"panel\" x=\"\(Coordinate.text(Self.left))\" "
            + "y=\"\(Coordinate.text(Self.top - 10))\">latency by requests offered a second</text></svg>"
    }

    static var legend: String {
        let items = lines.map { line in
            "<li><svg viewBox=\"0 0 20 12\" width=\"20\" height=\"12\" aria-hidden=\"true\">"
                + "<path class=\"line \(line.style)\" d=\"M0 6h20\"/></svg>\(line.name)</li>"
        }
        return "<ul class=\"legend\">\(items.joined())<li>hollow: does not count, or fell behind"
            + "</li></ul>"
    }

    private static func value(_ record: LoadRecord, _ fraction: Double?) -> Double? {
        guard let fraction else { return record.response?.max }
        return record.response?[fraction]
    }

    private func dots(_ fraction: Double?, _ style: String, _ name: String) -> String {
        measurements.compactMap { record in
            guard let value = Self.value(record, fraction) else { return nil }
            let isSound = record.void.isEmpty && record.keepsUp
            let words = "\(Figure.rate(record.offered)): \(name) \(Figure.duration(value))"
            return "<circle class=\"dot \(style)\(isSound ? "" : " hollow")\" "
                + "cx=\"\(Coordinate.text(rate(record.offered ?? 0)))\" "
                + "cy=\"\(Coordinate.text(latency(value)))\" r=\"4\">"
                + "<title>\(Markup.escape(words))</title></circle>"
        }.joined()
    }

    private var grid: String {
        var lines = ""
        var labels = ""
        for tick in rate.ticks(about: 10) {
            let place = Coordinate.text(rate(tick))
            lines += "M\(place) \(Coordinate.text(Self.top))V\(Coordinate.text(Self.bottom))"
            labels +=
                "<text x=\"\(place)\" y=\"\(Coordinate.text(Self.bottom + 16))\" "
                + "text-anchor=\"middle\">\(Figure.count(Int(tick.rounded())))</text>"
        }
        return "<path class=\"grid\" d=\"\(lines)\"/><g class=\"tick\">\(labels)</g>"
    }
}
