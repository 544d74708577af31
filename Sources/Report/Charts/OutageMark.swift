import Consistency

/// The worst outage as a bar with its length, in a lane of its own.
enum OutageMark {
    static let height = 20.0

    static func svg(
        _ outage: AvailabilityAccount.Outage,
        time: LinearScale,
        top: Double
    ) -> String {
        let start = time.clamped(outage.start)
        let width = max(2, time.clamped(outage.end) - start)
        let isLate = start + width + 190 > time.end
        let x = isLate ? start - 6 : start + width + 6
        let title =
            "worst outage: \(Figure.duration(outage.duration)), from "
            + "\(Figure.moment(outage.start)) to \(Figure.moment(outage.end))"
        return "<g class=\"outage\"><title>\(title)</title>"
            + "<rect x=\"\(Coordinate.text(start))\" y=\"\(Coordinate.text(top + 4))\" "
            + "width=\"\(Coordinate.text(width))\" height=\"8\" rx=\"2\"/>"
            + "<text x=\"\(Coordinate.text(x))\" y=\"\(Coordinate.text(top + 12))\""
            + "\(isLate ? " text-anchor=\"end\"" : "")>"
            + "\(Figure.duration(outage.duration)), probe of node \(outage.initialPrimary)"
            + "</text></g>"
    }
}
