package import Consistency

/// A lane of marks: when the lost writes had been acknowledged, neighbours under one mark.
package enum LossMarks {
    static let height = 22.0

    package static func svg(_ losses: [Loss], time: LinearScale, top: Double) -> String {
        var marks: [(x: Int, writes: Int, first: Loss)] = []
        for loss in losses.sorted(by: { $0.acknowledgedAt < $1.acknowledgedAt }) {
            let x = Int(time.clamped(loss.acknowledgedAt).rounded())
            if let last = marks.last, x - last.x < 9 {
                marks[marks.count - 1].writes += loss.count
            } else {
                marks.append((x, loss.count, loss))
            }
        }
        guard !marks.isEmpty else { return "" }
        let middle = Coordinate.text(top + 9)
        let drawn = marks.map { mark in
            let title =
                "\(Figure.count(mark.writes)) lost, acknowledged at "
                + "\(Figure.moment(mark.first.acknowledgedAt))"
                + (mark.first.follows.map { "\n" + $0.sentence } ?? "")
            return "<g><title>\(Markup.escape(title))</title>"
                + "<path d=\"M\(mark.x - 4) \(middle)m0-4l8 8m0-8l-8 8\"/></g>"
        }
        let total = marks.reduce(0) { $0 + $1.writes }
        let edge = (marks.last?.x ?? 0) + 10
        let isLate = Double(edge) + 90 > time.end
        let label =
            "<text x=\"\(isLate ? (marks.first?.x ?? 0) - 10 : edge)\" "
            + "y=\"\(Coordinate.text(top + 13))\"\(isLate ? " text-anchor=\"end\"" : "")>"
            + "\(Figure.count(total)) lost</text>"
        return "<g class=\"loss\">\(drawn.joined())\(label)</g>"
    }
}
