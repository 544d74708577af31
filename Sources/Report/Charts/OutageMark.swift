package import Consistency

/// The worst outage that each fault brought as a bar with its length, in a lane of their own.
package enum OutageMark {
    static let height = 20.0
    /// About what a bar's words take up.
    private static let labelWidth = 190.0
    /// A probe is asked every 20 ms: less than a few of them is no outage.
    private static let noticeable = 0.1

    /// What the lane shows: one a fault where there are any, the worst of all in any case.
    package static func outages(
        of account: AvailabilityAccount
    ) -> [AvailabilityAccount.Outage] {
        var outages = account.worstOutage.map { [$0] } ?? []
        for outage in account.faults.compactMap(\.outage)
        where outage.duration >= noticeable && !outages.contains(outage) {
            outages.append(outage)
        }
        return outages.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    package static func svg(
        _ outages: [AvailabilityAccount.Outage],
        time: LinearScale,
        top: Double
    ) -> String {
        var svg = ""
        for (index, outage) in outages.enumerated() {
            let edge = time.clamped(outage.end)
            let next = index + 1 < outages.count ? time.clamped(outages[index + 1].start) : time.end
            let before = index > 0 ? time.clamped(outages[index - 1].end) : time.start
            let start = time.clamped(outage.start)
            // Beside the bar where there is room, else only when it is pointed at.
            let words =
                edge + labelWidth <= next
                ? text(outage, x: edge + 6, anchor: "", top: top)
                : start - labelWidth >= before
                    ? text(outage, x: start - 6, anchor: " text-anchor=\"end\"", top: top)
                    : ""
            svg += "<g><title>\(title(of: outage))</title>"
            svg += "<rect x=\"\(Coordinate.text(start))\" y=\"\(Coordinate.text(top + 4))\" "
            svg += "width=\"\(Coordinate.text(max(2, edge - start)))\" height=\"8\" rx=\"2\"/>"
            svg += words + "</g>"
        }
        return svg.isEmpty ? "" : "<g class=\"outage\">\(svg)</g>"
    }

    private static func title(of outage: AvailabilityAccount.Outage) -> String {
        "outage: \(Figure.duration(outage.duration)), from \(Figure.moment(outage.start)) to "
            + "\(Figure.moment(outage.end)), probe of node \(outage.initialPrimary)"
    }

    private static func text(
        _ outage: AvailabilityAccount.Outage,
        x: Double,
        anchor: String,
        top: Double
    ) -> String {
        "<text x=\"\(Coordinate.text(x))\" y=\"\(Coordinate.text(top + 12))\"\(anchor)>"
            + "\(Figure.duration(outage.duration)), probe of node \(outage.initialPrimary)</text>"
    }
}
