import Consistency

/// The run on a terminal: one row a cell, and under it the spread where a cell was repeated.
public struct TableFormat: ReportFormat {
    public static let name = "table"
    public static let summary = "one row a cell, for the terminal"
    public static let fileName: String? = nil

    public init() {}

    public func render(_ run: RunRecord) -> String {
        let columns = ParameterColumns(run.cells)
        var table = TextTable(
            columns: columns.names.map { .init(title: $0, alignment: .left) }
                + ["throughput", "p50", "p99", "max", "longest outage", "acknowledged", "lost"]
                .map { .init(title: $0, alignment: .right) }
                + [.init(title: "verdict", alignment: .left)]
        )
        let marks = LatencyMarks(run.cells)
        for cell in run.cells {
            table.rows.append(columns.values(of: cell) + figures(of: cell, marks))
            guard cell.trials.count > 1 else { continue }
            let blanks = [String](repeating: "", count: columns.names.count - 1)
            table.rows.append(
                ["  \(cell.trials.count) trials"] + blanks + spreads(of: cell.summary)
            )
        }
        let notes = marks.notes.map { $0 + "\n" }.joined()
        return table.text + notes + BalanceTable(cells: run.cells).text
            + LedgerTable(cells: run.cells).text
    }

    private func figures(of cell: CellRecord, _ marks: LatencyMarks) -> [String] {
        let summary = cell.summary
        let latencies = [summary.p50, summary.p99, summary.max].map { spread in
            marks.marked(Figure.duration(spread?.median), of: cell)
        }
        return [Figure.rate(summary.throughput?.median)] + latencies + [
            Figure.duration(summary.longestOutage?.median),
            Figure.count(summary.acknowledged),
            Figure.count(summary.lost),
            summary.verdict.name + (summary.gatesPassed ? "" : ", gate failed"),
        ]
    }

    private func spreads(of summary: CellSummary) -> [String] {
        [
            summary.throughput.map { $0.range(Figure.rate) } ?? "",
            summary.p50.map { $0.range(Figure.duration) } ?? "",
            summary.p99.map { $0.range(Figure.duration) } ?? "",
            summary.max.map { $0.range(Figure.duration) } ?? "",
            summary.longestOutage.map { $0.range(Figure.duration) } ?? "",
            "", "", "",
        ]
    }
}

extension Spread {
    /// `3,990/s … 4,050/s`.
    func range(_ figure: (Double?) -> String) -> String {
        figure(minimum) + " … " + figure(maximum)
    }
}
