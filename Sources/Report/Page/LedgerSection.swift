import Consistency

/// The fate of every write, and the lost ones by name.
enum LedgerSection {
    private static let shown = 50

    static func write(_ ledger: LedgerAccount, to markup: inout Markup) {
        markup.element("h3", "Ledger")
        let isExplained = ledger.lost == ledger.lostOutsidePromise
        markup.element("div", class: "tiles") { markup in
            tile("acknowledged", Figure.count(ledger.acknowledged), alarm: nil, to: &markup)
            for account in ledger.fates {
                let isShown = account.isShown || account.count > 0
                tile(
                    account.fate.title,
                    isShown ? Figure.count(account.count) : Figure.missing,
                    alarm: alarm(account, isExplained: isExplained),
                    to: &markup
                )
            }
        }
        markup.element(
            "p",
            class: "soft",
            "Counted in writes, from the first that was loaded to the last that was answered; the "
                + "figures above the chart count requests within the measurement. A dash stands where "
                + "the workload's requests cannot show it. Of a key whose writes survived, the time of "
                + "the last one is known."
        )
        writeFates(ledger, to: &markup)
        writeLosses(ledger, to: &markup)
        writeResurrections(ledger, to: &markup)
        writeOddities(ledger, to: &markup)
        SharedKeyTable.write(ledger.shared.findings, to: &markup)
    }

    private static func tile(
        _ name: String,
        _ figure: String,
        alarm: String?,
        to markup: inout Markup
    ) {
        markup.element("div", class: "tile") { markup in
            markup.element("b", class: alarm, figure)
            markup.element("span", name)
        }
    }

    private static func alarm(_ account: FateAccount, isExplained: Bool) -> String? {
        guard account.count > 0 else { return nil }
        switch account.fate {
        case .survived, .overwritten, .unacknowledgedPresent, .unacknowledgedAbsent,
            .unacknowledgedOverwritten:
            return nil
        case .lost: return isExplained ? "doubtful" : "bad"
        case .resurrected, .divergent, .deleteUndone: return "doubtful"
        case .garbage, .duplicateApplied: return "bad"
        }
    }

    /// How many, how often, how much, when, and after which fault.
    private static func writeFates(_ ledger: LedgerAccount, to markup: inout Markup) {
        let accounts = ledger.fates.filter { $0.count > 0 }
        guard !accounts.isEmpty else { return }
        var table = PlainTable(
            titles: ["fate", "writes", "per million", "keys", "bytes", "when", "follows", "lag"],
            numbers: [1, 2, 3, 4]
        )
        for account in accounts {
            table.rows.append([
                account.fate.title, Figure.count(account.count), FateText.perMillion(account),
                Figure.count(account.keys), Figure.bytes(account.bytes),
                FateText.window(account) ?? Figure.missing,
                account.follows.isEmpty
                    ? Figure.missing
                    : account.follows.map { "\($0.name) (\(Figure.count($0.count)))" }
                        .joined(separator: ", "),
                account.follows.isEmpty
                    ? Figure.missing : account.follows.map(FateText.lag).joined(separator: ", "),
            ])
        }
        table.write(to: &markup)
    }

    private static func writeLosses(_ ledger: LedgerAccount, to markup: inout Markup) {
        guard !ledger.losses.isEmpty else { return }
        markup.element("h3", "Lost writes")
        var table = PlainTable(
            titles: [
                "key", "lost", "sequences", "stands there", "acknowledged", "follows", "lag",
                "judgement",
            ],
            numbers: [0, 1, 2, 3, 4, 6]
        )
        for loss in ledger.losses.prefix(shown) {
            table.rows.append([
                String(loss.key),
                Figure.count(loss.count),
                loss.firstLost == loss.lastLost
                    ? "\(loss.lastLost)" : "\(loss.firstLost)…\(loss.lastLost)",
                loss.survivor.map { "write \($0)" } ?? "nothing",
                Figure.moment(loss.acknowledgedAt),
                follows(loss.follows),
                lag(loss.follows),
                "\(name(of: loss.judgement)): \(loss.explanation)",
            ])
        }
        table.write(to: &markup, isTall: true)
        let text =
            "\(Figure.count(ledger.lost)) acknowledged writes of \(Figure.count(ledger.lostKeys)) "
            + "keys were lost: \(Figure.count(ledger.lostAgainstPromise)) that the promise covers, "
            + "\(Figure.count(ledger.lostOutsidePromise)) that it does not cover, "
            + "\(Figure.count(ledger.lostUndecided)) undecided."
        let rest = ledger.lostKeys > shown ? " Shown: the first \(shown) keys." : ""
        markup.element("p", class: "soft", text + rest)
    }

    private static func writeResurrections(_ ledger: LedgerAccount, to markup: inout Markup) {
        guard !ledger.resurrections.isEmpty else { return }
        markup.element("h3", "Resurrected writes")
        var table = PlainTable(
            titles: [
                "key", "stands there", "last acknowledged", "covered", "follows", "explanation",
            ],
            numbers: [0, 1, 2, 3]
        )
        for row in ledger.resurrections.prefix(shown) {
            table.rows.append([
                String(row.key), "write \(row.survivor)", "write \(row.lastAcknowledged)",
                Figure.count(row.covered), follows(row.follows), row.explanation,
            ])
        }
        table.write(to: &markup, isTall: true)
    }

    private static func writeOddities(_ ledger: LedgerAccount, to markup: inout Markup) {
        if !ledger.garbageReadings.isEmpty {
            markup.element("h3", "Garbage")
            markup.element("ul") { markup in
                for reading in ledger.garbageReadings.prefix(shown) {
                    markup.element("li", reading.sentence)
                }
            }
        }
        guard !ledger.divergences.isEmpty else { return }
        markup.element("h3", "Replicas that disagree")
        var table = PlainTable(titles: ["key", "copies"], numbers: [0])
        for row in ledger.divergences.prefix(shown) {
            table.rows.append([String(row.key), row.text])
        }
        table.write(to: &markup, isTall: true)
        if ledger.divergent > shown {
            markup.element("p", class: "soft", "\(Figure.count(ledger.divergent)) keys in all.")
        }
    }

    static func follows(_ join: FaultJoin?) -> String {
        join.map(\.name) ?? "no fault"
    }

    static func lag(_ join: FaultJoin?) -> String {
        guard let join else { return Figure.missing }
        switch join.relation {
        case .before: return "\(Figure.duration(join.lag)) before"
        case .during: return "\(Figure.duration(join.lag)) into it"
        case .after: return "\(Figure.duration(join.lag)) after, healed"
        }
    }

    static func name(of judgement: LossJudgement) -> String {
        switch judgement {
        case .violation: "violation"
        case .outsidePromise: "not covered"
        case .undecided: "undecided"
        }
    }
}
