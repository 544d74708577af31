import Consistency

/// One counterexample: what is wrong, told in words, and its operations as a drawing.
enum ExampleSection {
    static func write(
        _ example: HistoryExample,
        faults: [FaultRecord] = [],
        to markup: inout Markup
    ) {
        let key = example.key.map { $0.isEmpty ? "" : " of \($0)" } ?? ""
        markup.element("h4", "\(example.anomaly)\(key)")
        let lines = example.lines.drop { $0 == example.anomaly }
        markup.element("pre", class: "example", lines.joined(separator: "\n"))
        guard let chart = ExampleChart(example, faults: faults) else { return }
        markup.element("figure", class: "plot") { markup in
            markup.element("div", class: "chart-box") { $0.raw(chart.svg) }
        }
    }
}
