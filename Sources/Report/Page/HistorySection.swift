import Consistency

/// What the check of the recorded requests found, each counterexample in words and as a drawing.
enum HistorySection {
    private static let drawn = 5

    static func write(
        _ history: HistoryAccount,
        faults: [FaultRecord],
        to markup: inout Markup
    ) {
        markup.element("h3", "History")
        markup.element("p", class: "soft", summary(of: history))
        if let sessions = history.sessions { write(sessions, to: &markup) }
        if !history.examples.isEmpty {
            markup.element(
                "p",
                class: "soft",
                "A process is a place for one request at a time: any connection may have carried "
                    + "it. One that never got its answer is not used again, so there are more "
                    + "processes than clients."
            )
        }
        for example in history.examples.prefix(drawn) {
            let key = example.key.map { " of \($0)" } ?? ""
            markup.element("h4", "\(example.anomaly)\(key)")
            markup.element("pre", class: "example", example.lines.joined(separator: "\n"))
            guard let chart = ExampleChart(example, faults: faults) else { continue }
            markup.element("figure", class: "plot") { markup in
                markup.element("div", class: "chart-box") { $0.raw(chart.svg) }
            }
        }
    }

    /// What clients could rely on, and how stale their reads were.
    private static func write(_ sessions: SessionSummary, to markup: inout Markup) {
        markup.element("div", class: "columns") { markup in
            markup.element("div") { markup in
                var table = PlainTable(
                    titles: ["session guarantee", "violated", "reads that tell"],
                    numbers: [1, 2]
                )
                table.rows = sessions.guarantees.map { figures in
                    [
                        figures.guarantee.rawValue, Figure.count(figures.violated),
                        Figure.count(figures.checked),
                    ]
                }
                table.write(to: &markup)
            }
            markup.element("div") { markup in
                let share =
                    sessions.reads > 0
                    ? Figure.percent(Double(sessions.staleReads) / Double(sessions.reads))
                    : Figure.missing
                var table = PlainTable(
                    titles: ["stale reads", "median", "99 %", "worst"],
                    numbers: [1, 2, 3]
                )
                table.rows = [
                    row("behind, in time", sessions.staleMilliseconds) {
                        Figure.duration($0 / 1000)
                    },
                    row("behind, in versions", sessions.staleVersions) {
                        Figure.count(Int($0))
                    },
                ]
                markup.element(
                    "p",
                    class: "soft",
                    "\(Figure.count(sessions.staleReads)) of \(Figure.count(sessions.reads)) reads "
                        + "(\(share)) found something that had been replaced."
                )
                if sessions.staleReads > 0 { table.write(to: &markup) }
            }
        }
    }

    private static func row(
        _ name: String,
        _ quantiles: SessionSummary.Quantiles?,
        _ figure: (Double) -> String
    ) -> [String] {
        guard let quantiles else { return [name] + [String](repeating: Figure.missing, count: 3) }
        return [
            name, figure(quantiles.half), figure(quantiles.ninetyNine), figure(quantiles.worst),
        ]
    }

    private static func summary(of history: HistoryAccount) -> String {
        let keys = history.keys == 1 ? "1 key" : "\(Figure.count(history.keys)) keys"
        let size =
            "\(Figure.count(history.operations)) requests on \(keys), "
            + "\(Figure.count(history.unknownOperations)) of them without an answer, "
            + "held against \(history.model)"
        guard history.violations > 0 else {
            let words = ["it holds", "it does not hold", "it is not known whether it holds"]
            return "\(size): \(words[history.holds.map { $0 ? 0 : 1 } ?? 2])."
        }
        let outside = history.violationsOutsidePromise
        let violations =
            history.violations == 1
            ? "1 violation" : "\(Figure.count(history.violations)) violations"
        let text = "\(size): \(violations)"
        return outside > 0 ? "\(text), \(Figure.count(outside)) outside the promise." : "\(text)."
    }
}
