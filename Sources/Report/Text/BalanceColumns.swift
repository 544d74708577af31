/// Columns of how nodes shared the work and what moved between them: those that some cell has.
struct BalanceColumns {
    struct Column: Sendable {
        var title: String
        var value: @Sendable (CellSummary) -> Spread?
        var figure: @Sendable (Double?) -> String
    }

    let columns: [Column]

    private static let all = [
        Column(title: "operations peak/mean", value: \.operationsPeak, figure: Figure.ratio),
        Column(title: "bytes peak/mean", value: \.bytesPeak, figure: Figure.ratio),
        Column(title: "moved", value: \.movedBytes) { bytes in
            Figure.bytes(bytes.map { Int($0.rounded()) })
        },
        Column(title: "copies moved/least", value: \.movedShards, figure: Figure.ratio),
        Column(title: "bytes moved/least", value: \.movedRatio, figure: Figure.ratio),
    ]

    init(_ cells: [CellRecord]) {
        columns = Self.all.filter { column in
            cells.contains { column.value($0.summary) != nil }
        }
    }

    var titles: [String] { columns.map(\.title) }

    /// One text for each column; with repeats the median.
    func figures(of summary: CellSummary) -> [String] {
        columns.map { $0.figure($0.value(summary)?.median) }
    }

    /// The range of repeats; nothing where there is none.
    func ranges(of summary: CellSummary) -> [String] {
        columns.map { column in column.value(summary).map { $0.range(column.figure) } ?? "" }
    }
}
