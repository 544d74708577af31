import Consistency

/// All cells in one table that can be sorted, with a bar where lengths compare better than digits.
struct MatrixTable {
    private typealias Column = BalanceColumns.Column

    private static let alwaysThere = [
        Column(title: "throughput", value: \.throughput, figure: Figure.rate),
        Column(title: "p50", value: \.p50, figure: Figure.duration),
        Column(title: "p99", value: \.p99, figure: Figure.duration),
        Column(title: "max", value: \.max, figure: Figure.duration),
        Column(title: "longest outage", value: \.longestOutage, figure: Figure.duration),
    ]

    private static let latencies = ["p50", "p99", "max"]

    let cells: [CellRecord]
    private let columns: [Column]
    /// Whether the outcome of each cell stands behind the columns.
    private let endsWithVerdict: Bool

    /// What every cell came to.
    init(cells: [CellRecord]) {
        self.cells = cells
        columns = Self.alwaysThere
        endsWithVerdict = true
    }

    /// How the nodes of every cell shared its work; `nil` where no system told it.
    init?(balanceOf cells: [CellRecord]) {
        self.cells = cells
        columns = BalanceColumns(cells).columns
        endsWithVerdict = false
        guard !columns.isEmpty else { return nil }
    }

    func write(to markup: inout Markup) {
        let parameters = ParameterColumns(cells)
        let greatest = columns.map { column in
            cells.compactMap { column.value($0.summary)?.maximum }.max() ?? 0
        }
        markup.element("div", class: "scroll") { markup in
            markup.element("table", class: "matrix sortable") { markup in
                writeHead(parameters.names, to: &markup)
                markup.element("tbody") { markup in
                    for (index, cell) in cells.enumerated() {
                        writeRow(index, cell, parameters.values(of: cell), greatest, to: &markup)
                    }
                }
            }
            guard endsWithVerdict else { return }
            for note in LatencyMarks(cells).notes { markup.element("p", class: "soft", note) }
        }
    }

    private func writeHead(_ parameters: [String], to markup: inout Markup) {
        markup.raw("<thead><tr>")
        for name in parameters { head(name, isNumber: false, &markup) }
        for column in columns { head(column.title, isNumber: true, &markup) }
        if endsWithVerdict {
            head("acknowledged", isNumber: true, &markup)
            head("lost", isNumber: true, &markup)
            head("verdict", isNumber: false, &markup)
        }
        markup.raw("</tr></thead>\n")
    }

    private func head(_ title: String, isNumber: Bool, _ markup: inout Markup) {
        markup.raw(isNumber ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">")
        markup.element("button", title)
        markup.raw("</th>")
    }

    private func writeRow(
        _ index: Int,
        _ cell: CellRecord,
        _ values: [String],
        _ greatest: [Double],
        to markup: inout Markup
    ) {
        let summary = cell.summary
        markup.raw("<tr>")
        for (position, value) in values.enumerated() {
            let place = "#cell-\(index + 1)"
            let style = position + 1 == values.count ? "" : " class=\"quiet\""
            markup.raw("<td><a\(style) href=\"\(place)\">\(Markup.escape(value))</a></td>")
        }
        for (column, limit) in zip(columns, greatest) {
            let isMarked = cell.latencyReservation != nil && Self.latencies.contains(column.title)
            figure(column.value(summary), column.figure, limit, isMarked, &markup)
        }
        if endsWithVerdict { writeVerdict(cell, to: &markup) }
        markup.raw("</tr>\n")
    }

    private func writeVerdict(_ cell: CellRecord, to markup: inout Markup) {
        let summary = cell.summary
        count(summary.acknowledged, &markup)
        lost(cell, &markup)
        markup.raw("<td data-sort=\"\(summary.verdict.rank)\">")
        markup.raw(VerdictPill.html(summary.verdict, gatesPassed: summary.gatesPassed))
        markup.raw("</td>")
    }

    private func figure(
        _ spread: Spread?,
        _ figure: (Double?) -> String,
        _ greatest: Double,
        _ isMarked: Bool,
        _ markup: inout Markup
    ) {
        markup.raw("<td class=\"n\" data-sort=\"\(spread?.median.description ?? "")\">")
        markup.escaped(figure(spread?.median) + (isMarked ? LatencyMarks.mark : ""))
        if let spread {
            if spread.count > 1 { markup.element("small", spread.range(figure)) }
            let percent = greatest > 0 ? spread.median / greatest * 100 : 0
            markup.raw(
                "<span class=\"bar\"><i style=\"width:\(Coordinate.text(percent))%\"></i></span>"
            )
        }
        markup.raw("</td>")
    }

    private func count(_ value: Int?, _ markup: inout Markup) {
        markup.raw("<td class=\"n\" data-sort=\"\(value.map(String.init) ?? "")\">")
        markup.escaped(Figure.count(value))
        markup.raw("</td>")
    }

    /// Red only where a promise was broken; a loss that it does not cover is counted and explained.
    private func lost(_ cell: CellRecord, _ markup: inout Markup) {
        let lost = cell.summary.lost
        let ledgers = cell.trials.compactMap(\.ledger)
        let outside = ledgers.reduce(0) { $0 + $1.lostOutsidePromise }
        let style = lost ?? 0 == 0 ? "n" : lost == outside ? "n doubtful" : "n bad"
        markup.raw("<td class=\"\(style)\" data-sort=\"\(lost.map(String.init) ?? "")\">")
        markup.escaped(Figure.count(lost))
        if outside > 0 {
            let count = outside == lost ? "" : "\(Figure.count(outside)) "
            markup.element("small", count + "not covered by the mode's promise")
        }
        markup.raw("</td>")
    }
}
