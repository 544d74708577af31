/// How the nodes shared the work of every cell, and what moved between them, for the terminal.
struct BalanceTable {
    /// With more, the results alone fill the screen.
    private static let mostCells = 24

    let cells: [CellRecord]

    /// Empty where no system told it.
    var text: String {
        let columns = BalanceColumns(cells)
        guard !columns.titles.isEmpty else { return "" }
        let hasMoved = cells.contains { $0.summary.movedBytes != nil }
        guard cells.count <= Self.mostCells || hasMoved else {
            return "\nhow the nodes shared the work of \(cells.count) cells is in the report\n"
        }
        let parameters = ParameterColumns(cells)
        var table = TextTable(
            columns: parameters.names.map { .init(title: $0, alignment: .left) }
                + columns.titles.map { .init(title: $0, alignment: .right) }
        )
        for cell in cells {
            table.rows.append(parameters.values(of: cell) + columns.figures(of: cell.summary))
            guard cell.trials.count > 1 else { continue }
            let blanks = [String](repeating: "", count: parameters.names.count - 1)
            table.rows.append(
                ["  \(cell.trials.count) trials"] + blanks + columns.ranges(of: cell.summary)
            )
        }
        return "\n" + table.text
    }
}
