import Consistency

/// The run as one self-contained page: its own style, charts and data, nothing fetched.
public struct PageFormat: ReportFormat {
    public static let name = "page"
    public static let summary = "one self-contained page with charts"
    public static let fileName: String? = "report.html"

    /// With this many trials or fewer, all of them start out unfolded.
    private static let unfoldedTrials = 8

    public init() {}

    public func render(_ run: RunRecord) throws -> String {
        try PageFrame.page(
            title: "\(run.plan): \(run.verdict?.name ?? run.status.rawValue)",
            record: run,
            footer: PageFrame.latencyFooter,
            script: PageScript.source
        ) { markup in
            PageHead.write(run, to: &markup)
            markup.element("h2", "Matrix")
            markup.element("section", class: "card") {
                MatrixTable(cells: run.cells).write(to: &$0)
            }
            if let balance = MatrixTable(balanceOf: run.cells) {
                markup.element("h2", "Nodes")
                markup.element("section", class: "card") { balance.write(to: &$0) }
            }
            writeCells(run, to: &markup)
            ProvenanceSection.write(run, to: &markup)
            if !run.notes.isEmpty {
                markup.element("ul", class: "notes") { markup in
                    for note in run.notes { markup.element("li", note) }
                }
            }
        }
    }

    private func writeCells(_ run: RunRecord, to markup: inout Markup) {
        let isShort = run.cells.reduce(0) { $0 + $1.trials.count } <= Self.unfoldedTrials
        for (index, cell) in run.cells.enumerated() {
            markup.raw("<section id=\"cell-\(index + 1)\">")
            markup.element("div", class: "cell-head") { markup in
                markup.element("h2", title(of: cell))
                markup.raw(
                    VerdictPill.html(cell.summary.verdict, gatesPassed: cell.summary.gatesPassed)
                )
            }
            if cell.trials.isEmpty { markup.element("p", class: "soft", "Not carried out.") }
            for (number, trial) in cell.trials.enumerated() {
                let isFine =
                    trial.verdict == .valid && trial.gates.allSatisfy { $0.passed != false }
                let isOpen = isShort || !isFine
                TrialSection(trial: trial, number: number + 1, isOpen: isOpen).write(to: &markup)
            }
            markup.raw("</section>\n")
        }
    }

    private func title(of cell: CellRecord) -> String {
        guard !cell.parameters.isEmpty else { return cell.name }
        return cell.parameters.map(\.value).joined(separator: " · ")
    }
}
