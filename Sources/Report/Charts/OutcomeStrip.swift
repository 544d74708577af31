/// Requests per second by how they ended, stacked: ok below, unknown and failed above.
package enum OutcomeStrip {
    /// What is there is seen, however little beside the rest.
    private static let leastHeight = 2.0
    /// How far above the typical rate the axis goes: a store that catches up after an outage answers
    /// in one column what piled up in seconds.
    private static let mostTimesTypical = 2.0

    /// The greatest rate that the axis has to show: that of a column, unless it is far beyond what
    /// is typical of them or offered.
    package static func shownPeak(
        _ columns: [TimelineBucket],
        _ width: Double,
        _ offered: Double?
    ) -> Double {
        let rates = columns.map { rate(of: $0, width) }.filter { $0 > 0 }.sorted()
        let typical = offered ?? (rates.isEmpty ? 0 : rates[rates.count / 2])
        return max(min(rates.last ?? 0, typical * mostTimesTypical), offered ?? 0)
    }

    private static func rate(of column: TimelineBucket, _ width: Double) -> Double {
        Double(column.ok + column.unknown + column.failed) / width
    }

    package static func svg(
        _ columns: [TimelineBucket],
        time: LinearScale,
        rate: LinearScale,
        width: Double
    ) -> String {
        let stacks = columns.map { Stack($0, rate: rate, width: width, least: leastHeight) }
        let levels: [(style: String, extent: (Stack) -> Extent)] = [
            ("ok", \.ok), ("unknown", \.unknown), ("failed", \.failed),
        ]
        return levels.map { level in
            let path = areas(columns, stacks.map(level.extent), time: time, width: width)
            return path.isEmpty ? "" : "<path class=\"area \(level.style)\" d=\"\(path)\"/>"
        }.joined()
    }

    private static let titleWidth = 190.0

    /// A mark over every column that goes on above the axis, the tallest with its rate.
    package static func clipMarks(
        _ columns: [TimelineBucket],
        time: LinearScale,
        rate: LinearScale,
        width: Double
    ) -> String {
        let clipped = columns.filter { self.rate(of: $0, width) > rate.domain.upperBound }
        guard let tallest = clipped.max(by: { self.rate(of: $0, width) < self.rate(of: $1, width) })
        else { return "" }
        let y = Coordinate.text(rate.end + 1)
        let marks = clipped.map {
            "M\(Coordinate.text(time($0.start + width / 2) - 4)) \(y)l4-6l4 6z"
        }
        let x = time(tallest.start + width / 2)
        let isLate = x + 90 > time.end
        // The strip's title stands to the left.
        let place = isLate ? x - 7 : max(x + 7, time.start + titleWidth)
        return "<g class=\"clip\"><path d=\"\(marks.joined())\"/>"
            + "<text x=\"\(Coordinate.text(place))\" "
            + "y=\"\(Coordinate.text(rate.end - 1))\"\(isLate ? " text-anchor=\"end\"" : "")>"
            + "\(Figure.rate(self.rate(of: tallest, width)))</text></g>"
    }

    /// From the lower edge to the upper, in coordinates that grow downwards.
    private struct Extent {
        var from: Double
        var to: Double

        var isEmpty: Bool { from <= to }
    }

    /// One column's three parts; where they do not fit, what went well gives way.
    private struct Stack {
        let ok: Extent
        let unknown: Extent
        let failed: Extent

        init(_ column: TimelineBucket, rate: LinearScale, width: Double, least: Double) {
            func height(_ count: Int, atLeast least: Double) -> Double {
                count > 0 ? max(least, rate.start - rate(Double(count) / width)) : 0
            }
            let room = rate.start - rate.end
            let failures = min(height(column.failed, atLeast: least), room)
            let unknowns = min(height(column.unknown, atLeast: least), room - failures)
            let successes = min(height(column.ok, atLeast: 0), room - failures - unknowns)
            ok = Extent(from: rate.start, to: rate.start - successes)
            unknown = Extent(from: ok.to, to: ok.to - unknowns)
            failed = Extent(from: unknown.to, to: unknown.to - failures)
        }
    }

    /// One outline for each stretch of columns where there is anything to draw.
    private static func areas(
        _ columns: [TimelineBucket],
        _ extents: [Extent],
        time: LinearScale,
        width: Double
    ) -> String {
        var path = ""
        var index = 0
        while index < columns.count {
            guard !extents[index].isEmpty else {
                index += 1
                continue
            }
            let start = index
            while index < columns.count, !extents[index].isEmpty { index += 1 }
            path += "M\(Coordinate.text(time(columns[start].start)))"
            path += " \(Coordinate.text(extents[start].from))"
            for place in start..<index {
                path += "V\(Coordinate.text(extents[place].to))"
                path += "H\(Coordinate.text(time(columns[place].start + width)))"
            }
            for place in (start..<index).reversed() {
                path += "V\(Coordinate.text(extents[place].from))"
                path += "H\(Coordinate.text(time(columns[place].start)))"
            }
            path += "z"
        }
        return path
    }
}
