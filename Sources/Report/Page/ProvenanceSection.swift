/// How to repeat the run, and where it took place.
enum ProvenanceSection {
    static func write(_ run: RunRecord, to markup: inout Markup) {
        markup.element("h2", "Reproduce")
        markup.element("section", class: "card") { markup in
            markup.element("pre") { markup in markup.element("code", run.reproduce) }
            markup.element(
                "p",
                class: "soft",
                "The seed decides the operations and the fault schedule; processes and the network "
                    + "keep their own timing."
            )
        }
        markup.element("h2", "Provenance")
        markup.element("section", class: "card") { markup in
            markup.element("div", class: "columns") { markup in
                let rows = rows(run)
                let half = (rows.count + 1) / 2
                markup.element("div") { PlainTable.writeKeys(Array(rows[..<half]), to: &$0) }
                markup.element("div") { PlainTable.writeKeys(Array(rows[half...]), to: &$0) }
            }
        }
    }

    private static func rows(_ run: RunRecord) -> [(name: String, value: String)] {
        let from = run.provenance
        let unknown = "not known"
        return [
            ("run", run.id),
            ("started", run.startedAt),
            ("ended", run.endedAt ?? unknown),
            ("tool", from.toolVersion),
            ("checkout at commit", from.gitCommit ?? unknown),
            ("system", from.system ?? unknown),
            ("arguments", from.arguments.joined(separator: " ")),
            ("configuration", from.configurationHash ?? unknown),
            ("fabric", from.fabric ?? unknown),
            ("host", from.host ?? unknown),
            ("processor", from.cpuModel ?? unknown),
            ("cores", from.cores.map { Figure.count($0) } ?? unknown),
            ("memory", from.memoryBytes.map { Figure.bytes($0) } ?? unknown),
            ("kernel", from.kernel ?? unknown),
            ("Swift", from.swiftVersion ?? unknown),
            ("machine steal", from.machineSteal.map { Figure.percent($0) } ?? unknown),
            ("one fsync", from.fsyncCost.map { Figure.duration($0) } ?? unknown),
        ]
    }
}
