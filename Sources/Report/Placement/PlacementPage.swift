/// The record as one self-contained page: charts, the whole table, and what follows from them.
public struct PlacementPage {
    private let record: PlacementRecord

    public init(_ record: PlacementRecord) { self.record = record }

    public func render() throws -> String {
        let figures = PlacementFigures(record: record)
        return try PageFrame.page(
            title: "Placement schemes",
            record: record,
            footer: "Loads are in parts of a node's fair share. The least that a change can move is "
                + "what lost its node, and what nodes that joined are due.",
            style: Self.fittingTable
        ) { markup in
            markup.element("header", class: "card") { markup in
                markup.element("p", class: "eyebrow", "Ordeal placement")
                markup.element("h1", "Placement schemes, measured")
                markup.element("p", PlacementAdvice(record: record).paragraph)
            }
            for nodes in record.nodeCounts { write(nodes, figures, to: &markup) }
            if !record.refusals.isEmpty {
                markup.element("ul", class: "notes") { markup in
                    for refusal in record.refusals { markup.element("li", refusal.line) }
                }
            }
        }
    }

    /// Sixteen columns fit without scrolling where their titles may break.
    private static let fittingTable = """
        th.n{white-space:normal}td:first-child{white-space:nowrap}

        """

    private func write(_ nodes: Int, _ figures: PlacementFigures, to markup: inout Markup) {
        let rows = record.rows.filter { $0.nodes == nodes }
        markup.element("h2", figures.caption(nodes: nodes))
        markup.element("section", class: "card") { markup in
            markup.raw("<div class=\"chart-box\">\(PlacementChart(rows).svg)</div>\n")
            PlainTable(
                titles: figures.titles,
                numbers: Set(1..<figures.titles.count),
                rows: rows.map(figures.cells)
            ).write(to: &markup)
        }
    }
}
