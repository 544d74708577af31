internal import Clusters
public import Consistency
internal import Determinism
internal import Faults
internal import Histories
internal import Quantities
internal import Report
internal import Topology
internal import Workloads

/// Prints every registered kind with one line each, or those of one sort.
public func listKinds(_ only: String?) -> ExitCode {
    let sections = Catalogue.sections
    guard let only else {
        printOut(sections.map(\.text).joined(separator: "\n\n"))
        return .ok
    }
    guard let section = sections.first(where: { $0.name == only }) else {
        let fix = suggestion(for: only, among: sections.map(\.name), what: "kinds")
        printError("ordeal list: unknown kind \"\(only)\"; \(fix)")
        return .usage
    }
    printOut(section.text)
    return .ok
}

/// What is registered, with a line each.
private enum Catalogue {
    struct Section {
        var name: String
        var entries: [(name: String, line: String)]

        var text: String {
            let width = entries.map(\.name.count).max() ?? 0
            let rows = entries.map { entry in
                let gap = String(repeating: " ", count: width - entry.name.count)
                return entry.line.isEmpty
                    ? "  \(entry.name)" : "  \(entry.name)\(gap)  \(entry.line)"
            }
            return "\(name)\n" + rows.joined(separator: "\n")
        }
    }

    static var sections: [Section] {
        [
            Section(name: "systems", entries: systemsUnderTest.map { ($0.name, $0.summary) }),
            Section(name: "placements", entries: placementSchemes.map { ($0.name, $0.summary) }),
            Section(name: "replications", entries: options { $0.replications }),
            Section(name: "detectors", entries: options { $0.detectors }),
            Section(name: "reads", entries: options { $0.reads }),
            Section(name: "durabilities", entries: options { $0.durabilities }),
            Section(name: "faults", entries: faults.map { ($0.name, line(of: $0)) }),
            Section(
                name: "targets",
                entries: FaultTarget.roles.map { ($0, "") } + [("{ node: 3 }", "counted from 1")]
            ),
            Section(name: "shapes", entries: PartitionShape.allCases.map { ($0.rawValue, "") }),
            Section(name: "workloads", entries: workloads.map { ($0.name, $0.summary) }),
            Section(name: "distributions", entries: distributions.map(law)),
            Section(name: "gates", entries: Gate.Metric.allCases.map { ($0.rawValue, $0.line) }),
            Section(name: "formats", entries: historyFormats.map { ($0.name, $0.summary) }),
            Section(name: "models", entries: historyModels.map { ($0.name, $0.summary) }),
            Section(
                name: "levels",
                entries: IsolationLevel.allCases.map { ($0.rawValue, "") }
            ),
            Section(name: "reports", entries: reportFormats.map { ($0.name, line(of: $0)) }),
        ]
    }

    /// Of all systems, each name once.
    private static func options(
        _ list: (any SystemUnderTest.Type) -> [SystemOption]
    ) -> [(name: String, line: String)] {
        var entries: [(name: String, line: String)] = []
        for option in systemsUnderTest.flatMap(list)
        where !entries.contains(where: { $0.name == option.name }) {
            entries.append((option.name, option.summary))
        }
        return entries
    }

    private static func line(of fault: any Fault.Type) -> String {
        let fabric = fault.needsNetworkFaults ? "; needs the namespaces fabric" : ""
        guard !fault.keys.isEmpty else { return fault.summary + fabric }
        return "\(fault.summary) (\(fault.keys.joined(separator: ", "))\(fabric))"
    }

    private static func law(_ kind: any Distribution.Type) -> (name: String, line: String) {
        let parameters = kind.parameterLines.map { "\($0.name) \(decimalText($0.standard))" }
        let settings = parameters.isEmpty ? "" : " (\(parameters.joined(separator: ", ")))"
        return (kind.name, kind.summary + settings)
    }

    private static func line(of format: any ReportFormat.Type) -> String {
        format.fileName.map { "\(format.summary) (\($0))" } ?? format.summary
    }
}

extension Gate.Metric {
    fileprivate var line: String {
        switch unit {
        case .count: "how many, such as 0"
        case .seconds: "how long, such as \"<3s\""
        case .rate: "how fast, such as \">4000/s\""
        case .truth: "true: as one copy would have answered"
        }
    }
}

func printOut(_ text: String, terminator: String = "\n") {
    try? writeAll(
        Array((text + terminator).utf8),
        to: Console.standardOutput,
        path: "standard output"
    )
}

func printError(_ text: String) {
    try? writeAll(Array((text + "\n").utf8), to: Console.standardError, path: "standard error")
}
