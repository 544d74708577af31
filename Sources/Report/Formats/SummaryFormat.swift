import Consistency

/// The run in Markdown, for a pull request or a chat.
public struct SummaryFormat: ReportFormat {
    public static let name = "summary"
    public static let summary = "Markdown, for a pull request or a chat"
    public static let fileName: String? = "summary.md"

    public init() {}

    public func render(_ run: RunRecord) -> String {
        let verdict = run.verdict
        let state = run.status == .aborted ? " (aborted)" : ""
        var lines = ["# \(escape(run.plan)): \(verdict?.name ?? run.status.rawValue)\(state)", ""]
        lines += EvidenceText.distinct(verdict?.reasons ?? []).flatMap(point)
        if verdict?.reasons.isEmpty == false { lines.append("") }
        lines.append("Seed \(run.seed), started \(escape(run.startedAt)). Reproduce:")
        lines += ["", "    \(run.reproduce)", ""]
        lines += table(run)
        lines += ledger(run)
        for cell in run.cells { lines += details(of: cell) }
        if !run.notes.isEmpty { lines += [""] + run.notes.map { "- \(escape($0))" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func table(_ run: RunRecord) -> [String] {
        let columns = ParameterColumns(run.cells)
        let balance = BalanceColumns(run.cells)
        let figures =
            ["throughput", "p50", "p99", "max", "longest outage"] + balance.titles
            + ["acknowledged", "lost", "verdict"]
        var lines = [row(columns.names + figures)]
        lines.append(
            row(columns.names.map { _ in "---" } + figures.dropLast().map { _ in "---:" } + ["---"])
        )
        let marks = LatencyMarks(run.cells)
        for cell in run.cells {
            let summary = cell.summary
            let latencies = [summary.p50, summary.p99, summary.max].map { spread in
                marks.marked(text(spread, Figure.duration), of: cell)
            }
            lines.append(
                row(
                    columns.values(of: cell) + [text(summary.throughput, Figure.rate)]
                        + latencies + [text(summary.longestOutage, Figure.duration)]
                        + balance.columns.map { text($0.value(summary), $0.figure) } + [
                            Figure.count(summary.acknowledged),
                            Figure.count(summary.lost),
                            summary.verdict.name + (summary.gatesPassed ? "" : ", gate failed"),
                        ]
                )
            )
        }
        if !marks.notes.isEmpty { lines += [""] + marks.notes.map { escape($0) + "  " } }
        return lines
    }

    /// What became of the writes, a row a cell.
    private func ledger(_ run: RunRecord) -> [String] {
        let cells = run.cells.filter { !$0.summary.fates.isEmpty }
        guard !cells.isEmpty else { return [] }
        let columns = ParameterColumns(run.cells)
        let fates = WriteFate.allCases
        var lines = ["", row(columns.names + fates.map(\.title))]
        lines.append(row(columns.names.map { _ in "---" } + fates.map { _ in "---:" }))
        for cell in cells {
            let figures = fates.map { fate in
                cell.summary.fates.first { $0.fate == fate }?.figure ?? Figure.missing
            }
            lines.append(row(columns.values(of: cell) + figures))
        }
        return lines
    }

    private func text(_ spread: Spread?, _ figure: (Double?) -> String) -> String {
        guard let spread else { return Figure.missing }
        return spread.count > 1
            ? "\(figure(spread.median)) (\(spread.range(figure)))" : figure(spread.median)
    }

    private func row(_ cells: [String]) -> String {
        "| " + cells.map(escape).joined(separator: " | ") + " |"
    }

    /// Only what a reader has to act on.
    private func details(of cell: CellRecord) -> [String] {
        var points = EvidenceText.distinct(cell.summary.verdict.reasons)
        for gate in cell.gates where gate.passed == false {
            points.append(gate.sentence)
        }
        let ledgers = cell.trials.compactMap(\.ledger)
        let outside = ledgers.reduce(0) { $0 + $1.lostOutsidePromise }
        if outside > 0 {
            points.append(
                "\(Figure.count(outside)) acknowledged writes were lost, which the mode's promise "
                    + "does not cover"
            )
            points += ledgers.flatMap(\.losses).prefix(3).map(\.sentence)
        }
        for account in ledgers.flatMap(\.fates) where account.count > 0 && !account.fate.isWelcome {
            points.append(FateText.sentence(account))
        }
        points += ledgers.flatMap(\.shared.findings).prefix(3).map(\.sentence)
        guard !points.isEmpty else { return [] }
        return ["", "## \(escape(cell.name))", ""] + points.flatMap(point)
    }

    /// An item of a list; lines beyond the first stand below it as they are.
    private func point(_ text: String) -> [String] {
        let lines = EvidenceText.lines(of: text)
        guard let first = lines.first else { return [] }
        let rest = lines.dropFirst().map { "  \($0)" }
        // A fence that nothing within it ends.
        let ticks = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = "  " + String(repeating: "`", count: max(3, ticks + 1))
        return ["- \(escape(first))"] + (rest.isEmpty ? [] : ["", fence] + rest + [fence])
    }

    /// Keeps foreign text from being read as Markdown or HTML, and escapes no more than that takes.
    private func escape(_ string: String) -> String {
        var escaped = ""
        var before: Character = " "
        for (index, character) in zip(string.indices, string) {
            let next = string[string.index(after: index)...].first ?? " "
            switch character {
            case "|", "*", "`", "[", "\\": escaped += "\\\(character)"
            // Within a word it is a letter, and `a < b` opens no tag.
            case "_" where !(isWord(before) && isWord(next)): escaped += "\\_"
            case "<" where next.isLetter || "/!?".contains(next): escaped += "\\<"
            case "#" where escaped.isEmpty, ">" where escaped.isEmpty: escaped += "\\\(character)"
            case "\n", "\r", "\r\n": escaped += " "
            default: escaped.append(character)
            }
            before = character
        }
        return escaped
    }

    private func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }
}
