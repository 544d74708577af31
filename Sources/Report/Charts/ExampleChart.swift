import Consistency

/// The operations of a counterexample as bars on a time axis, one below the other, with the faults.
struct ExampleChart {
    private static let width = 1120.0
    private static let left = 96.0
    private static let right = 1104.0
    private static let rowHeight = 24.0
    private static let barHeight = 14.0
    /// An average letter of the chart's font.
    private static let letterWidth = 6.1

    private let rows: [HistoryExample.Row]
    private let faults: [FaultRecord]
    private let time: LinearScale

    /// nil for an example without operations to draw.
    init?(_ example: HistoryExample, faults: [FaultRecord]) {
        rows = example.rows.sorted { ($0.start, $0.process) < ($1.start, $1.process) }
        guard let first = rows.first?.start else { return nil }
        let last = rows.map { $0.end ?? $0.start }.max() ?? first
        // A fault shortly before is what an engineer looks for; one long gone would flatten the rest.
        let near = faults.compactMap(\.appliedAt).filter { $0 <= last && $0 >= first - Self.reach }
        let start = min(first, near.min() ?? first)
        let margin = max((last - start) * 0.06, 0.000_5)
        time = LinearScale(
            domain: start - margin...last + margin,
            start: Self.left,
            end: Self.right
        )
        self.faults = faults.filter { fault in
            guard let applied = fault.appliedAt, applied <= last + margin else { return false }
            return fault.healedAt ?? .infinity >= start - margin
        }
    }

    /// Seconds.
    private static let reach = 5.0

    var svg: String {
        let lanes = FaultLanes(faults, time: time)
        let top = 6 + Double(lanes.laneCount) * FaultLanes.laneHeight + 8
        let bottom = top + Double(rows.count) * Self.rowHeight
        var kinds: [String] = []
        for fault in faults where !kinds.contains(fault.fault) { kinds.append(fault.fault) }
        var svg =
            "<svg class=\"chart example\" viewBox=\"0 0 \(Coordinate.text(Self.width)) "
            + "\(Coordinate.text(bottom + 26))\" role=\"img\" "
            + "aria-label=\"The operations of the counterexample over time\">"
        svg += Axis.time(time, top: top, bottom: bottom)
        svg += lanes.svg(top: 6, bottom: bottom, kinds: kinds)
        for (index, row) in rows.enumerated() {
            svg += self.row(row, top: top + Double(index) * Self.rowHeight)
        }
        return svg + "</svg>"
    }

    /// An operation that nobody saw end goes on to the edge.
    private func row(_ row: HistoryExample.Row, top: Double) -> String {
        let start = time.clamped(row.start)
        let end = max(row.end.map { time.clamped($0) } ?? time.end, start + 3)
        let middle = Coordinate.text(top + 15)
        let style = row.end == nil ? "operation open" : "operation"
        let text = Markup.escape(row.text)
        let width = Double(row.text.count) * Self.letterWidth
        let label: String
        if end + width + 8 <= Self.right {
            label = "<text x=\"\(Coordinate.text(end + 6))\" y=\"\(middle)\">\(text)</text>"
        } else {
            label =
                "<text x=\"\(Coordinate.text(max(start - 6, Self.left + width)))\" y=\"\(middle)\" "
                + "text-anchor=\"end\">\(text)</text>"
        }
        let ending = row.end.map { Figure.moment($0) } ?? "never"
        return "<g class=\"\(style)\"><title>\(text)\n\(Figure.moment(row.start)) to \(ending)"
            + "</title><rect x=\"\(Coordinate.text(start))\" y=\"\(Coordinate.text(top + 4))\" "
            + "width=\"\(Coordinate.text(end - start))\" "
            + "height=\"\(Coordinate.text(Self.barHeight))\" rx=\"3\"/>"
            + "<text x=\"\(Coordinate.text(Self.left - 8))\" y=\"\(middle)\" text-anchor=\"end\">"
            + "client \(row.process)</text>\(label)</g>"
    }
}
