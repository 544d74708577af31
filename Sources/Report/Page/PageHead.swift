import Consistency

/// The top of the page: what the run came to, in one look.
enum PageHead {
    static func write(_ run: RunRecord, to markup: inout Markup) {
        let tone = VerdictPill.tone(run.verdict)
        markup.element("header", class: "card banner \(tone)") { markup in
            markup.element("div", class: "head") { markup in
                markup.element("p", class: "eyebrow", "Ordeal run")
                markup.element("h1", run.plan)
                markup.element("p", class: "soft", subtitle(run))
                let reasons = EvidenceText.distinct(run.verdict?.reasons ?? [])
                    .map(EvidenceText.headline)
                guard !reasons.isEmpty else { return }
                markup.element("ul") { markup in
                    for reason in reasons.prefix(6) { markup.element("li", reason) }
                    if reasons.count > 6 {
                        markup.element("li", "and \(reasons.count - 6) more below")
                    }
                }
            }
            markup.element("div", class: "outcome") { markup in
                let gatesPassed = run.cells.allSatisfy(\.summary.gatesPassed)
                markup.raw(VerdictPill.html(run.verdict, gatesPassed: gatesPassed, isBig: true))
                if let exitCode = run.exitCode {
                    markup.element("p", class: "soft", "exit code \(exitCode)")
                }
            }
        }
        writeTiles(run, to: &markup)
    }

    private static func subtitle(_ run: RunRecord) -> String {
        var parts = ["\(run.startedAt)", "seed \(run.seed)"]
        if run.status != .complete { parts.append(run.status.rawValue) }
        if let fabric = run.provenance.fabric { parts.append("fabric \(fabric)") }
        if let system = run.provenance.system { parts.append(system) }
        return parts.joined(separator: " · ")
    }

    private static func writeTiles(_ run: RunRecord, to markup: inout Markup) {
        let summaries = run.cells.map(\.summary)
        let trials = run.cells.reduce(0) { $0 + $1.trials.count }
        let acknowledged = summaries.compactMap(\.acknowledged)
        let lost = summaries.compactMap(\.lost)
        let outages = summaries.compactMap(\.longestOutage).map(\.maximum)
        let tails = summaries.compactMap(\.p99).map(\.maximum)
        let faults = run.cells.flatMap(\.trials).reduce(0) { sum, trial in
            sum + trial.faults.count { $0.appliedAt != nil }
        }
        let writes = acknowledged.isEmpty ? nil : acknowledged.reduce(0, +)
        let tiles = [
            (Figure.count(run.cells.count), run.cells.count == 1 ? "cell" : "cells"),
            (Figure.count(trials), trials == 1 ? "trial" : "trials"),
            (Figure.count(faults), "faults applied"),
            (Figure.count(writes), "acknowledged"),
            (Figure.count(lost.isEmpty ? nil : lost.reduce(0, +)), "lost"),
            (Figure.duration(outages.max()), "longest outage"),
            (Figure.duration(tails.max()), "worst p99"),
        ]
        PageFrame.tiles(tiles, to: &markup)
    }
}
