import Consistency
import Histories

/// A trial on one time axis: faults on top, latency in the middle, outcomes below.
struct TrialChart {
    private static let width = 1120.0
    private static let left = 66.0
    private static let right = 1104.0
    private static let latencyHeight = 252.0
    private static let outcomeHeight = 92.0
    private static let gap = 34.0
    /// About two pixels a column: more could not be told apart.
    static let columnLimit = 520

    private let trial: TrialRecord
    private let columns: [TimelineBucket]
    private let columnWidth: Double
    private let time: LinearScale

    init(_ trial: TrialRecord) {
        self.trial = trial
        (columns, columnWidth) = TimelineBucket.columns(
            of: trial.timeline,
            limit: Self.columnLimit,
            width: trial.timelineWidth ?? TimelineBucket.width
        )
        let first = min(0, columns.first?.start ?? 0)
        let last = max(trial.duration, (columns.last?.start ?? 0) + columnWidth)
        time = LinearScale(domain: first...last, start: Self.left, end: Self.right)
    }

    /// The kinds of fault in the order of their first appearance: their place chooses the colour.
    var faultKinds: [String] {
        var kinds: [String] = []
        for fault in trial.faults where !kinds.contains(fault.fault) { kinds.append(fault.fault) }
        return kinds
    }

    var svg: String {
        let lanes = FaultLanes(trial.faults, time: time)
        let losses = trial.ledger?.losses ?? []
        let lanesTop = 6.0
        let outages = trial.availability.map(OutageMark.outages) ?? []
        let outageTop = lanesTop + Double(lanes.laneCount) * FaultLanes.laneHeight
        let lossTop = outageTop + (outages.isEmpty ? 0 : OutageMark.height)
        let latencyTop = lossTop + (losses.isEmpty ? 0 : LossMarks.height) + 26
        let latencyBottom = latencyTop + Self.latencyHeight
        let outcomeTop = latencyBottom + Self.gap
        let outcomeBottom = outcomeTop + Self.outcomeHeight
        let latency = LatencyScale(
            domain: latencyDomain,
            bottom: latencyBottom,
            top: latencyTop
        )
        let rate = rateScale(top: outcomeTop, bottom: outcomeBottom)
        var svg = open(height: outcomeBottom + 26)
        svg += outside(top: latencyTop, bottom: outcomeBottom)
        svg += Axis.time(time, top: latencyTop, bottom: outcomeBottom)
        svg += Axis.latency(latency, left: Self.left, right: Self.right)
        svg += Axis.rate(rate, left: Self.left, right: Self.right)
        svg += lanes.svg(top: lanesTop, bottom: outcomeBottom, kinds: faultKinds)
        if lanes.laneCount > 0 { svg += laneName("faults", y: lanesTop + 13) }
        if !outages.isEmpty {
            svg += laneName(outages.count == 1 ? "outage" : "outages", y: outageTop + 12)
            svg += OutageMark.svg(outages, time: time, top: outageTop)
        }
        if !losses.isEmpty {
            svg += laneName("lost", y: lossTop + 13)
            svg += LossMarks.svg(losses, time: time, top: lossTop)
        }
        svg += DensityMap.svg(columns, time: time, latency: latency)
        svg += lines(latency)
        svg += OutcomeStrip.svg(columns, time: time, rate: rate, width: columnWidth)
        svg += OutcomeStrip.clipMarks(columns, time: time, rate: rate, width: columnWidth)
        svg += offeredLine(rate)
        svg += title("latency from intended start", x: Self.left, y: latencyTop - 8)
        svg += title("requests per second, by outcome", x: Self.left, y: outcomeTop - 8)
        svg += HoverTargets.svg(
            columns,
            time: time,
            top: latencyTop,
            bottom: outcomeBottom,
            width: columnWidth
        )
        return svg + "</svg>"
    }

    private func open(height: Double) -> String {
        "<svg class=\"chart\" viewBox=\"0 0 \(Coordinate.text(Self.width)) "
            + "\(Coordinate.text(height))\" role=\"img\" "
            + "aria-label=\"Faults, latency and outcomes over time\">"
    }

    /// What lies before and after the measurement, greyed: its figures do not count.
    private func outside(top: Double, bottom: Double) -> String {
        let edges = [
            (time.start, time.clamped(0), "warm-up"), (time.clamped(trial.duration), time.end, ""),
        ]
        return edges.map { from, to, name in
            guard to - from > 1 else { return "" }
            let place = "x=\"\(Coordinate.text(from))\" y=\"\(Coordinate.text(top))\""
            let label =
                name.isEmpty || to - from < 50
                ? ""
                : "<text x=\"\(Coordinate.text(from + 5))\" y=\"\(Coordinate.text(top + 14))\">"
                    + "\(name)</text>"
            return "<rect class=\"outside\" \(place) width=\"\(Coordinate.text(to - from))\" "
                + "height=\"\(Coordinate.text(bottom - top))\"/>\(label)"
        }.joined()
    }

    private func title(_ text: String, x: Double, y: Double) -> String {
        "<text class=\"panel\" x=\"\(Coordinate.text(x))\" y=\"\(Coordinate.text(y))\">"
            + "\(Markup.escape(text))</text>"
    }

    private func laneName(_ text: String, y: Double) -> String {
        "<text x=\"\(Coordinate.text(Self.left - 8))\" y=\"\(Coordinate.text(y))\" "
            + "text-anchor=\"end\">\(text)</text>"
    }

    private var latencyDomain: ClosedRange<Double> {
        let bands = columns.flatMap(\.density).filter { $0.count > 0 }.map(\.band)
        let shown = bands.flatMap { [Double($0.lowerBound) / 1e9, Double($0.upperBound) / 1e9] }
        return LatencyScale.domain(
            of: shown + columns.compactMap(\.p50) + columns.compactMap(\.max)
        )
    }

    private func rateScale(top: Double, bottom: Double) -> LinearScale {
        let peak = max(OutcomeStrip.shownPeak(columns, columnWidth, trial.offered), 1)
        let step = LinearScale.step(peak, about: 3)
        let upper = (peak / step).rounded(.up) * step
        return LinearScale(domain: 0...upper, start: bottom, end: top)
    }

    private func lines(_ latency: LatencyScale) -> String {
        func points(_ value: (TimelineBucket) -> Double?) -> [(x: Double, y: Double?)] {
            columns.map { (time($0.start + columnWidth / 2), value($0).map { latency($0) }) }
        }
        return LinePath.svg(points(\.max), class: "max")
            + LinePath.svg(points { $0.p99 ?? $0.line(0.99) }, class: "p99")
            + LinePath.svg(points { $0.p50 ?? $0.line(0.5) }, class: "p50")
    }

    private func offeredLine(_ rate: LinearScale) -> String {
        guard let offered = trial.offered else { return "" }
        let y = Coordinate.text(rate(offered))
        return "<path class=\"offered\" d=\"M\(Coordinate.text(Self.left)) \(y)"
            + "H\(Coordinate.text(Self.right))\"/>"
    }
}
