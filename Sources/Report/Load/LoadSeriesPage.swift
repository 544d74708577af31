/// Measurements of several rates as one self-contained page: latency by rate, and the table behind it.
public struct LoadSeriesPage: Sendable {
    private let series: LoadSeriesRecord

    public init(_ series: LoadSeriesRecord) {
        self.series = series
    }

    public func render() throws -> String {
        try PageFrame.page(
            title: "Load on \(series.target)",
            record: series,
            footer: PageFrame.latencyFooter
        ) { markup in
            head(&markup)
            tiles(&markup)
            let chart = RateChart(series.climbing)
            PageFrame.chart(chart.svg, legend: RateChart.legend, to: &markup)
            table(&markup)
        }
    }

    private func head(_ markup: inout Markup) {
        let tone =
            series.search.map { $0.highest == nil ? "invalid" : "valid" }
            ?? (series.measurements.contains { !$0.void.isEmpty } ? "void" : "valid")
        markup.element("header", class: "card banner \(tone)") { markup in
            markup.element("div", class: "head") { markup in
                markup.element("p", class: "eyebrow", "Ordeal load, several rates")
                markup.element("h1", series.target)
                markup.element("p", "\(series.server) · \(series.workload) · seed \(series.seed)")
                guard let search = series.search else { return }
                markup.element("ul") { markup in
                    for line in search.text.split(separator: "\n") {
                        markup.element("li", String(line))
                    }
                }
            }
        }
    }

    private func tiles(_ markup: inout Markup) {
        let kept = series.climbing.filter { $0.void.isEmpty && $0.keepsUp }
        var tiles = [(Figure.rate(kept.last?.offered), "highest rate it kept up with")]
        if let search = series.search {
            tiles.insert((Figure.rate(search.highest), "highest rate that meets it"), at: 0)
        }
        tiles.append((Figure.duration(kept.last?.response?[0.99]), "p99 at the highest kept rate"))
        tiles.append(("\(series.measurements.count)", "measurements"))
        PageFrame.tiles(tiles, to: &markup)
    }

    private func table(_ markup: inout Markup) {
        let rows = series.climbing.map { record in
            LoadSeriesRecord.cells(record)
                + [LoadSeriesRecord.mark(record) + record.void.map { ": \($0)" }.joined()]
        }
        let titles = LoadSeriesRecord.titles
        markup.element("section", class: "card") { markup in
            PlainTable(titles: titles + [""], numbers: Set(titles.indices), rows: rows)
                .write(to: &markup)
        }
    }
}
