/// Requests per second by how they ended, stacked: ok below, unknown and failed above.
package enum OutcomeStrip {
    /// The greatest total rate of a column.
    static func peak(_ columns: [TimelineBucket], width: Double) -> Double {
        columns.map { Double($0.ok + $0.failed + $0.unknown) / width }.max() ?? 0
    }

    package static func svg(
        _ columns: [TimelineBucket],
        time: LinearScale,
        rate: LinearScale,
        width: Double
    )
        -> String
    {
        let levels: [(style: String, from: (TimelineBucket) -> Int, to: (TimelineBucket) -> Int)] =
            [
                ("ok", { _ in 0 }, { $0.ok }),
                ("unknown", { $0.ok }, { $0.ok + $0.unknown }),
                ("failed", { $0.ok + $0.unknown }, { $0.ok + $0.unknown + $0.failed }),
            ]
        return levels.map { level in
            let path = areas(columns, time: time, rate: rate, width: width, level.from, level.to)
            return path.isEmpty ? "" : "<path class=\"area \(level.style)\" d=\"\(path)\"/>"
        }.joined()
    }

    /// One outline for each stretch of columns where there is anything to draw.
    private static func areas(
        _ columns: [TimelineBucket],
        time: LinearScale,
        rate: LinearScale,
        width: Double,
        _ from: (TimelineBucket) -> Int,
        _ to: (TimelineBucket) -> Int
    ) -> String {
        var path = ""
        var index = 0
        while index < columns.count {
            guard to(columns[index]) > from(columns[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < columns.count, to(columns[index]) > from(columns[index]) { index += 1 }
            let stretch = columns[start..<index]
            path += "M\(Coordinate.text(time(columns[start].start)))"
            path += " \(Coordinate.text(rate(Double(from(columns[start])) / width)))"
            for column in stretch {
                path += "V\(Coordinate.text(rate(Double(to(column)) / width)))"
                path += "H\(Coordinate.text(time(column.start + width)))"
            }
            for column in stretch.reversed() {
                path += "V\(Coordinate.text(rate(Double(from(column)) / width)))"
                path += "H\(Coordinate.text(time(column.start)))"
            }
            path += "z"
        }
        return path
    }
}
