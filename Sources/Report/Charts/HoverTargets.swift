/// An invisible column over every bucket that says on hovering what happened in it.
enum HoverTargets {
    static func svg(
        _ columns: [TimelineBucket],
        time: LinearScale,
        top: Double,
        bottom: Double,
        width: Double
    ) -> String {
        guard let first = columns.first else { return "" }
        let place = "translate(\(Coordinate.text(time(first.start))) \(Coordinate.text(top)))"
        let scale =
            "scale(\(Figure.fixed(time(first.start + width) - time(first.start), decimals: 4)) "
            + "\(Coordinate.text(bottom - top)))"
        let targets = columns.enumerated().map { index, column in
            "<path d=\"M\(index) 0h1v1h-1z\"><title>\(title(column))</title></path>"
        }
        return "<g class=\"hover\" transform=\"\(place) \(scale)\">\(targets.joined())</g>"
    }

    static func title(_ column: TimelineBucket) -> String {
        var parts = [
            "\(Figure.fixed(column.start, decimals: 1)) s", "\(Figure.count(column.ok)) ok",
        ]
        if column.failed > 0 { parts.append("\(Figure.count(column.failed)) failed") }
        if column.unknown > 0 { parts.append("\(Figure.count(column.unknown)) unknown") }
        if let p50 = column.p50 { parts.append("p50 \(Figure.duration(p50))") }
        if let p99 = column.p99 { parts.append("p99 \(Figure.duration(p99))") }
        if let max = column.max { parts.append("max \(Figure.duration(max))") }
        return parts.joined(separator: " · ")
    }
}
