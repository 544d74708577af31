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
        let label = label(of: row, start: start, end: end, middle: middle)
        let ending = row.end.map { Figure.moment($0) } ?? "never"
        return "<g class=\"\(style)\"><title>\(text)\n\(Figure.moment(row.start)) to \(ending)"
            + "</title><rect x=\"\(Coordinate.text(start))\" y=\"\(Coordinate.text(top + 4))\" "
            + "width=\"\(Coordinate.text(end - start))\" "
            + "height=\"\(Coordinate.text(Self.barHeight))\" rx=\"3\"/>"
            + "<text x=\"\(Coordinate.text(Self.left - 8))\" y=\"\(middle)\" text-anchor=\"end\">"
            + "process \(row.process)</text>\(label)</g>"
    }

    /// What was asked and answered, beside its bar or over it.
    ///
    /// Where there is no room for all of it the middle is left out; the title has it.
    private func label(
        of row: HistoryExample.Row,
        start: Double,
        end: Double,
        middle: String
    ) -> String {
        let behind = Self.right - end - 6
        let before = start - 6 - Self.left
        let isBehind = behind >= before || Self.width(row.text) <= behind
        let room = max(isBehind ? behind : before, 0)
        if Self.width(row.text) > room, end - start > room {
            let text = Markup.escape(Self.clipped(row.text, to: end - start - 8))
            return "<text x=\"\(Coordinate.text(start + 4))\" y=\"\(middle)\">\(text)</text>"
        }
        let text = Markup.escape(Self.clipped(row.text, to: room))
        guard !isBehind else {
            return "<text x=\"\(Coordinate.text(end + 6))\" y=\"\(middle)\">\(text)</text>"
        }
        return "<text x=\"\(Coordinate.text(start - 6))\" y=\"\(middle)\" "
            + "text-anchor=\"end\">\(text)</text>"
    }

    private static func width(_ text: String) -> Double { Double(text.count) * letterWidth }

    /// Its beginning and its end, as far as there is room.
    private static func clipped(_ text: String, to room: Double) -> String {
        let letters = max(Int(room / letterWidth), 0)
        guard text.count > letters else { return text }
        guard letters > 4 else { return "…" }
        let end = (letters - 1) / 2
        return text.prefix(letters - 1 - end) + "…" + text.suffix(end)
    }
}
