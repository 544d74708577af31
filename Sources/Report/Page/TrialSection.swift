import Consistency

/// One trial: its chart, then everything behind it.
struct TrialSection {
    let trial: TrialRecord
    let number: Int
    let isOpen: Bool

    func write(to markup: inout Markup) {
        markup.raw("<details class=\"card trial\"\(isOpen ? " open" : "")>")
        markup.element("summary") { markup in
            let passed = trial.gates.allSatisfy { $0.passed != false }
            markup.element("span", "Trial \(number) · seed \(trial.seed)")
            markup.raw(VerdictPill.html(trial.verdict, gatesPassed: passed))
        }
        writeHead(to: &markup)
        writeReasons(to: &markup)
        writeChart(to: &markup)
        JournalTable.write(trial, to: &markup)
        if let history = trial.history {
            HistorySection.write(history, faults: trial.faults, to: &markup)
        }
        if let ledger = trial.ledger { LedgerSection.write(ledger, to: &markup) }
        markup.element("div", class: "columns") { markup in
            markup.element("div") { writeChecks(to: &$0) }
            markup.element("div") { writeGenerator(to: &$0) }
        }
        writeNodes(to: &markup)
        if !trial.notes.isEmpty {
            markup.element("ul", class: "notes") { markup in
                for note in trial.notes { markup.element("li", note) }
            }
        }
        markup.raw("</details>\n")
    }

    private func writeHead(to markup: inout Markup) {
        var figures: [(String, String)] = [
            ("throughput", Figure.rate(trial.throughput))
        ]
        if let offered = trial.offered { figures.append(("offered", Figure.rate(offered))) }
        if let latency = trial.latency {
            figures += [
                ("p50", Figure.duration(latency.p50)), ("p99", Figure.duration(latency.p99)),
                ("p99.9", Figure.duration(latency.p999)), ("max", Figure.duration(latency.max)),
            ]
        }
        if let outage = trial.availability?.worstOutage {
            figures.append(("longest outage", Figure.duration(outage.duration)))
        }
        if let settled = trial.convergence?.settledAfter {
            figures.append(("replicas equal after", Figure.duration(settled)))
        }
        figures.append(("requests ok", Figure.count(trial.operations.ok)))
        figures.append(("requests failed", Figure.count(trial.operations.failed)))
        figures.append(("requests unknown", Figure.count(trial.operations.unknown)))
        markup.element("div", class: "figures") { markup in
            for (name, figure) in figures {
                markup.raw("<span>\(Markup.escape(name)) <b>\(Markup.escape(figure))</b></span>")
            }
        }
    }

    private func writeReasons(to markup: inout Markup) {
        guard !trial.verdict.reasons.isEmpty else { return }
        markup.element("ul", class: "reasons \(VerdictPill.tone(trial.verdict))") { markup in
            // What the history shows stands at length in its own section.
            let isTold = trial.history?.examples.isEmpty == false
            for reason in EvidenceText.distinct(trial.verdict.reasons) {
                markup.element("li", isTold ? EvidenceText.headline(reason) : reason)
            }
        }
    }

    private func writeChart(to markup: inout Markup) {
        guard !trial.timeline.isEmpty else { return }
        markup.element("figure", class: "plot") { markup in
            markup.element("div", class: "chart-box") { markup in
                markup.raw(TrialChart(trial).svg)
            }
            markup.raw(
                Legend.html(
                    hasOffered: trial.offered != nil,
                    hasLosses: trial.ledger?.losses.isEmpty == false
                )
            )
            markup.element("p", class: "readout", "Point at the chart for figures.")
        }
    }

    private func writeChecks(to markup: inout Markup) {
        if !trial.gates.isEmpty {
            markup.element("h3", "Gates")
            var table = PlainTable(titles: ["gate", "limit", "measured", "passed"])
            table.rows = trial.gates.map { gate in
                let passed = gate.passed.map { $0 ? "✓ yes" : "✕ no" } ?? "not measured"
                return [gate.name, gate.limit, gate.actual ?? Figure.missing, passed]
            }
            table.write(to: &markup)
        }
        guard !trial.checks.isEmpty else { return }
        markup.element("h3", "Checks")
        var table = PlainTable(titles: ["check", "verdict", "looked at", "notes"])
        table.rows = trial.checks.map { check in
            [
                check.name, check.verdict.name, check.seen ?? "",
                (EvidenceText.distinct(check.verdict.reasons).prefix(2) + check.notes)
                    .map(EvidenceText.headline).joined(separator: "; "),
            ]
        }
        table.write(to: &markup)
    }

    private func writeNodes(to markup: inout Markup) {
        guard let balance = trial.balance else { return }
        markup.element("h3", "Nodes")
        var table = PlainTable(titles: ["node", "weight", "operations", "bytes held"])
        table.rows = balance.nodes.map { node in
            [
                "node-\(node.node)", Figure.significant(node.weight),
                Figure.count(node.operations), Figure.bytes(node.bytes),
            ]
        }
        table.write(to: &markup)
        var rows = [
            (name: "busiest node, of its fair share", value: Figure.ratio(balance.operationsPeak)),
            (name: "fullest node, of its fair share", value: Figure.ratio(balance.bytesPeak)),
        ]
        if let movement = trial.movement {
            rows.append(
                (
                    name: "copies of shards moved",
                    value: "\(Figure.count(movement.shards)), "
                        + "\(Figure.fixed(movement.leastShards, decimals: 1)) had to"
                )
            )
            rows.append(
                (
                    name: "bytes moved",
                    value: "\(Figure.bytes(movement.bytes)), "
                        + "\(Figure.bytes(Int(movement.leastBytes))) had to"
                )
            )
        }
        PlainTable.writeKeys(rows, to: &markup)
    }

    private func writeGenerator(to markup: inout Markup) {
        markup.element("h3", "Load generator")
        let generator = trial.generator
        var rows = [
            ("workers", Figure.count(generator?.workers)),
            ("send lag, p99", Figure.duration(generator?.sendLagP99)),
            ("send lag, max", Figure.duration(generator?.sendLagMax)),
            ("busiest core", Figure.percent(generator?.busiestCore)),
            ("CPU per operation", Figure.duration(generator?.cpuPerOperation)),
            ("waited for a processor", Figure.percent(generator?.waiting)),
        ]
        if let underWay = generator?.underWay, let expected = generator?.expectedUnderWay {
            let law = "\(Figure.significant(underWay)), by Little's law "
            rows.append(("requests under way", law + Figure.significant(expected)))
        }
        if let service = trial.serviceTime {
            let quantiles = [service.p50, service.p99, service.max].map { Figure.duration($0) }
            rows.append(("service time, p50 · p99 · max", quantiles.joined(separator: " · ")))
        }
        let phases = trial.phases.map { "\($0.name) \(Figure.duration($0.end - $0.start))" }
        if !phases.isEmpty { rows.append(("phases", phases.joined(separator: ", "))) }
        rows.append(("files", trial.directory))
        PlainTable.writeKeys(rows.map { (name: $0.0, value: $0.1) }, to: &markup)
    }
}
