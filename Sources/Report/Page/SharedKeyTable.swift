import Consistency

/// Writes to keys that all clients share, where what became of them is not as it should be.
enum SharedKeyTable {
    private static let shown = 50

    static func write(_ findings: [SharedKeyFinding], to markup: inout Markup) {
        guard !findings.isEmpty else { return }
        markup.element("h3", "What became of shared keys")
        var table = PlainTable(
            titles: [
                "key", "fate", "count", "write", "acknowledged", "stands there", "follows", "lag",
                "judgement",
            ],
            numbers: [2, 4, 7]
        )
        for finding in findings.prefix(shown) {
            let judgement = [
                finding.judgement.map { LedgerSection.name(of: $0) } ?? "", finding.explanation,
            ].filter { !$0.isEmpty }
            table.rows.append([
                finding.key,
                finding.fate.title,
                Figure.count(finding.count),
                finding.write,
                Figure.moment(finding.acknowledgedAt),
                finding.stands,
                LedgerSection.follows(finding.follows),
                LedgerSection.lag(finding.follows),
                judgement.joined(separator: ": "),
            ])
        }
        table.write(to: &markup, isTall: true)
        guard findings.count > shown else { return }
        markup.element("p", class: "soft", "\(Figure.count(findings.count)) in all.")
    }
}
