import Consistency

/// What became of the writes of every cell, for the terminal: a row a fate, a column a cell.
struct LedgerTable {
    /// More columns do not fit; then the cells stand together in one.
    private static let mostCells = 5
    private static let widest = 24

    let cells: [CellRecord]

    /// Empty where no cell has a ledger.
    var text: String {
        let known = cells.filter { !$0.summary.fates.isEmpty }
        guard !known.isEmpty else { return "" }
        let groups: [(title: String, cells: [CellRecord])] =
            known.count > Self.mostCells
            ? [("all \(known.count) cells", known)]
            : known.map { (title(of: $0), [$0]) }
        var table = TextTable(
            columns: [.init(title: "writes", alignment: .left)]
                + groups.map { .init(title: $0.title, alignment: .right) }
        )
        for fate in WriteFate.allCases {
            table.rows.append([fate.title] + groups.map { figure(fate, of: $0.cells) })
        }
        return "\n" + table.text
    }

    private func title(of cell: CellRecord) -> String {
        let name =
            cell.parameters.isEmpty
            ? cell.name : cell.parameters.map(\.value).joined(separator: " ")
        return String(name.prefix(Self.widest))
    }

    private func figure(_ fate: WriteFate, of cells: [CellRecord]) -> String {
        let totals = cells.compactMap { cell in cell.summary.fates.first { $0.fate == fate } }
        guard totals.contains(where: { $0.isShown || $0.count > 0 }) else { return Figure.missing }
        return Figure.count(totals.reduce(0) { $0 + $1.count })
    }
}
