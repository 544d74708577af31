import Consistency

/// The run for continuous integration: a suite a plan, a test case a cell.
///
/// A violation or a failed gate is a failure; what proves nothing is an error, since it is not green.
public struct JUnitFormat: ReportFormat {
    public static let name = "junit"
    public static let summary = "for continuous integration"
    public static let fileName: String? = "junit.xml"

    public init() {}

    public func render(_ run: RunRecord) -> String {
        let failures = run.cells.count { isFailure($0) }
        let skipped = run.cells.count { $0.trials.isEmpty }
        let errors = run.cells.count { !isFailure($0) && $0.summary.verdict != .valid } - skipped
        let time = run.cells.reduce(0) { $0 + seconds(of: $1) }
        var markup = Markup()
        markup.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        markup.raw(
            "<testsuite name=\"\(Markup.escape(run.plan))\" tests=\"\(run.cells.count)\" "
                + "failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" "
                + "timestamp=\"\(Markup.escape(run.startedAt))\" time=\"\(decimal(time))\">\n"
        )
        for cell in run.cells { write(cell, of: run, to: &markup) }
        markup.raw("</testsuite>\n")
        return markup.text
    }

    private func write(_ cell: CellRecord, of run: RunRecord, to markup: inout Markup) {
        markup.raw(
            "  <testcase classname=\"\(Markup.escape(run.plan))\" "
                + "name=\"\(Markup.escape(cell.name))\" time=\"\(decimal(seconds(of: cell)))\">"
        )
        let verdict = cell.summary.verdict
        let broken = cell.gates.filter { $0.passed == false }
        let reasons = verdict.reasons + broken.map(\.sentence)
        if cell.trials.isEmpty {
            let why = Markup.escape(reasons.first ?? verdict.name)
            markup.raw("<skipped message=\"\(why)\"/>")
        } else if isFailure(cell) {
            let kind = verdict.name == "invalid" ? "invalid" : "gate"
            trouble("failure", kind, reasons + ["reproduce: \(run.reproduce)"], &markup)
        } else if verdict != .valid {
            trouble("error", verdict.name, reasons + ["reproduce: \(run.reproduce)"], &markup)
        }
        markup.raw("</testcase>\n")
    }

    private func trouble(
        _ element: String,
        _ kind: String,
        _ lines: [String],
        _ markup: inout Markup
    ) {
        let message = Markup.escape(lines.first ?? kind)
        markup.raw("\n    <\(element) type=\"\(kind)\" message=\"\(message)\">")
        markup.escaped(lines.joined(separator: "\n"))
        markup.raw("</\(element)>\n  ")
    }

    private func isFailure(_ cell: CellRecord) -> Bool {
        cell.summary.verdict.name == "invalid" || !cell.summary.gatesPassed
    }

    private func seconds(of cell: CellRecord) -> Double {
        cell.trials.reduce(0) { $0 + $1.wallTime }
    }

    private func decimal(_ seconds: Double) -> String {
        Figure.fixed(max(0, seconds), decimals: 3)
    }
}
