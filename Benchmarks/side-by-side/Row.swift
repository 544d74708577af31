/// One line of a comparison, and what it has to reach.
struct Row {
    var what: String
    var ours: String
    /// What it is compared with; empty where the bar is a figure of its own.
    var theirs = ""
    /// What the bar is held against.
    var judged: Double
    var digits = 2
    var bar: Bar?
    /// Whether the machine had too much else to do for the bar to be held against the figure.
    var isUndecided = false

    enum Bar {
        case atMost(Double)
        case atLeast(Double)
    }

    var isMissed: Bool {
        guard !isUndecided else { return false }
        return switch bar {
        case .atMost(let limit): !(judged <= limit)
        case .atLeast(let limit): !(judged >= limit)
        case nil: false
        }
    }

    private var barText: String {
        switch bar {
        case .atMost(let limit): "≤ \(decimal(limit, digits))"
        case .atLeast(let limit): "≥ \(decimal(limit, digits))"
        case nil: ""
        }
    }

    private var cells: [String] {
        let verdict =
            bar == nil ? "" : isUndecided ? "undecided" : isMissed ? "MISSED" : "met"
        return [what, ours, theirs, decimal(judged, digits), barText, verdict]
    }

    /// The rows as text, in columns.
    static func table(_ rows: [Row]) -> String {
        let isCompared = rows.contains { !$0.theirs.isEmpty }
        let head = [
            "", isCompared ? "Keel: median (min…max)" : "median (min…max)",
            isCompared ? "Redis" : "", isCompared ? "ratio" : "judged", "bar", "",
        ]
        let lines = [head] + rows.map(\.cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var line = ""
            for (cell, width) in zip(cells, widths) where width > 0 {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
