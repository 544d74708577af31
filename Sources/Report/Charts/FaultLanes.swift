/// The faults as bars with names on the time axis, in as few lanes as their labels allow.
package struct FaultLanes {
    static let laneHeight = 24.0
    private static let barHeight = 18.0
    /// An average letter of the chart's font.
    private static let letterWidth = 6.1

    private struct Bar {
        let fault: FaultRecord
        let number: Int
        let start: Double
        let end: Double
        let label: String
        let labelWidth: Double

        /// What the bar and its label take up together.
        func extent(right: Double) -> ClosedRange<Double> {
            if labelWidth <= end - start { return start...end }
            if end + labelWidth <= right { return start...(end + labelWidth) }
            return min(start - labelWidth, start)...end
        }
    }

    private let bars: [(bar: Bar, lane: Int)]
    private let right: Double
    package let laneCount: Int

    /// Faults that never struck have no bar.
    package init(_ faults: [FaultRecord], time: LinearScale) {
        right = time.end
        var lanes: [[ClosedRange<Double>]] = []
        var placed: [(Bar, Int)] = []
        for (index, fault) in faults.enumerated() {
            guard let applied = fault.appliedAt else { continue }
            let start = time.clamped(applied)
            let end = fault.healedAt.map { time.clamped($0) } ?? time.end
            let label = Self.label(fault)
            let bar = Bar(
                fault: fault,
                number: index + 1,
                start: start,
                end: max(end, start + 3),
                label: label,
                labelWidth: Double(label.count) * Self.letterWidth + 14
            )
            let extent = bar.extent(right: time.end)
            let lane =
                lanes.firstIndex { taken in !taken.contains { $0.overlaps(extent) } } ?? lanes.count
            if lane == lanes.count { lanes.append([]) }
            lanes[lane].append(extent)
            placed.append((bar, lane))
        }
        bars = placed
        laneCount = lanes.count
    }

    /// The bars from `top` on, and faint bands behind the panels from `top` to `bottom`.
    package func svg(top: Double, bottom: Double, kinds: [String]) -> String {
        var bands = ""
        var labelled = ""
        for (bar, lane) in bars {
            let style = "f\((kinds.firstIndex(of: bar.fault.fault) ?? 0) % 4)"
            let y = top + Double(lane) * Self.laneHeight
            let x = Coordinate.text(bar.start)
            let width = Coordinate.text(bar.end - bar.start)
            let down = Coordinate.text(bottom - y)
            bands +=
                "<rect class=\"band \(style)\" x=\"\(x)\" y=\"\(Coordinate.text(y))\" "
                + "width=\"\(width)\" height=\"\(down)\"/>"
                + "<path class=\"edge \(style)\" d=\"M\(x) \(Coordinate.text(y))v\(down)\"/>"
            labelled += "<g class=\"fault \(style)\"><title>\(Markup.escape(Self.title(bar.fault)))"
            labelled += "</title><rect x=\"\(x)\" y=\"\(Coordinate.text(y))\" width=\"\(width)\" "
            labelled += "height=\"\(Coordinate.text(Self.barHeight))\" rx=\"3\"/>"
            labelled += text(bar, y: y) + "</g>"
        }
        return "<g class=\"bands\">\(bands)</g>\(labelled)"
    }

    private func text(_ bar: Bar, y: Double) -> String {
        let baseline = Coordinate.text(y + 13)
        let label = Markup.escape(bar.label)
        if bar.labelWidth <= bar.end - bar.start {
            let x = Coordinate.text(bar.start + 7)
            return "<text class=\"inside\" x=\"\(x)\" y=\"\(baseline)\">\(label)</text>"
        }
        if bar.end + bar.labelWidth <= right {
            return "<text x=\"\(Coordinate.text(bar.end + 6))\" y=\"\(baseline)\">\(label)</text>"
        }
        let x = Coordinate.text(bar.start - 6)
        return "<text x=\"\(x)\" y=\"\(baseline)\" text-anchor=\"end\">\(label)</text>"
    }

    static func label(_ fault: FaultRecord) -> String {
        if let target = fault.resolvedTarget { return "\(fault.fault) · \(target)" }
        return "\(fault.fault) · \(fault.target)"
    }

    static func title(_ fault: FaultRecord) -> String {
        var lines = [label(fault)]
        lines.append("scheduled \(Figure.moment(fault.scheduledAt))")
        lines.append("applied \(Figure.moment(fault.appliedAt))")
        lines.append(fault.healedAt.map { "healed \(Figure.moment($0))" } ?? "not healed")
        lines += fault.evidence.map(\.sentence)
        return lines.joined(separator: "\n")
    }
}
