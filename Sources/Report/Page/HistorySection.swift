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

    private static func summary(of history: HistoryAccount) -> String {
        let size =
            "\(Figure.count(history.operations)) requests on \(Figure.count(history.keys)) keys, "
            + "\(Figure.count(history.unknownOperations)) of them without an answer, "
            + "held against \(history.model)"
        guard history.violations > 0 else {
            let words = ["it holds", "it does not hold", "it is not known whether it holds"]
            return "\(size): \(words[history.holds.map { $0 ? 0 : 1 } ?? 2])."
        }
        let outside = history.violationsOutsidePromise
        let text = "\(size): \(Figure.count(history.violations)) violations"
        return outside > 0 ? "\(text), \(Figure.count(outside)) outside the promise." : "\(text)."
    }
}
