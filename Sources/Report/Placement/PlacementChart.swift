/// Two panels over the schemes: how far the loads are apart, and what a change moved.
struct PlacementChart {
    private static let width = 1_120.0
    private static let top = 34.0
    private static let rowHeight = 28.0
    private static let bottomSpace = 26.0
    private static let loads = 122.0...640.0
    private static let movements = 716.0...1_060.0

    private let rows: [PlacementRecord.Row]
    private let load: LinearScale
    /// Of the logarithm to base 2: ratios from 1 to hundreds.
    private let movement: LinearScale

    init(_ rows: [PlacementRecord.Row]) {
        self.rows = rows
        let least = rows.map(\.load.low).min() ?? 0
        let most = rows.map(\.load.peak).max() ?? 1
        load = LinearScale(
            domain: min(least, 0.95)...max(most, 1.05),
            start: Self.loads.lowerBound,
            end: Self.loads.upperBound
        )
        let ratio = rows.compactMap(\.movement).max() ?? 1
        movement = LinearScale(
            domain: 0...max(1, Logarithm.base2(max(1, ratio))),
            start: Self.movements.lowerBound,
            end: Self.movements.upperBound
        )
    }

    var svg: String {
        let bottom = Self.top + Double(rows.count) * Self.rowHeight
        let height = bottom + Self.bottomSpace
        var drawing = title("load of a node: 1 % to 99 %, and the peak", Self.loads.lowerBound)
        drawing += title("data moved, times the least possible", Self.movements.lowerBound)
        drawing += grid(bottom)
        for (index, row) in rows.enumerated() {
            drawing += self.row(row, Self.top + (Double(index) + 0.5) * Self.rowHeight)
        }
        return "<svg class=\"chart\" viewBox=\"0 0 \(Coordinate.text(Self.width)) "
            + "\(Coordinate.text(height))\" role=\"img\" "
            + "aria-label=\"Load and movement of each scheme\">\(drawing)</svg>"
    }

    private func title(_ text: String, _ x: Double) -> String {
        "<text class=\"panel\" x=\"\(Coordinate.text(x))\" y=\"14\">\(Markup.escape(text))</text>"
    }

    private func grid(_ bottom: Double) -> String {
        var lines = ""
        var labels = ""
        func add(_ x: Double, _ label: String) {
            let x = Coordinate.text(x)
            lines += "M\(x) \(Coordinate.text(Self.top - 8))V\(Coordinate.text(bottom))"
            labels +=
                "<text x=\"\(x)\" y=\"\(Coordinate.text(bottom + 16))\" text-anchor=\"middle\">"
                + "\(label)</text>"
        }
        let ticks = load.ticks(about: 8)
        let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
        for tick in ticks { add(load(tick), Figure.fixed(tick, decimals: step < 0.1 ? 2 : 1)) }
        for power in 0...max(1, Int(movement.domain.upperBound)) {
            add(movement(Double(power)), "\(1 << power)×")
        }
        return "<path class=\"grid\" d=\"\(lines)\"/><g class=\"tick\">\(labels)</g>"
    }

    private func row(_ row: PlacementRecord.Row, _ y: Double) -> String {
        let low = load(row.load.low)
        let high = max(low + 1, load(row.load.high))
        let peak = Coordinate.text(load(row.load.peak))
        let edge = Coordinate.text(y - 6)
        var text =
            "<g><title>\(Markup.escape(summary(row)))</title>"
            + "<text x=\"110\" y=\"\(Coordinate.text(y + 4))\" text-anchor=\"end\">"
            + "\(Markup.escape(row.scheme))</text>"
            + "<path class=\"area ok\" d=\"M\(Coordinate.text(low)) \(edge)"
            + "H\(Coordinate.text(high))v12H\(Coordinate.text(low))z\"/>"
            + "<path class=\"line p99\" d=\"M\(peak) \(Coordinate.text(y - 9))v18\"/>"
        if let ratio = row.movement {
            let start = Coordinate.text(movement(0))
            let end = movement(Logarithm.base2(max(1, ratio)))
            text +=
                "<path class=\"area ok\" d=\"M\(start) \(edge)H\(Coordinate.text(max(end, movement(0) + 2)))"
                + "v12H\(start)z\"/>"
                + "<text x=\"\(Coordinate.text(end + 8))\" y=\"\(Coordinate.text(y + 4))\">"
                + "\(Figure.fixed(ratio, decimals: 2))</text>"
        }
        return text + "</g>"
    }

    private func summary(_ row: PlacementRecord.Row) -> String {
        "\(row.scheme): 1 % \(Figure.fixed(row.load.low, decimals: 3)), "
            + "99 % \(Figure.fixed(row.load.high, decimals: 3)), "
            + "peak \(Figure.fixed(row.load.peak, decimals: 3)) of the mean"
    }
}
