public import Consistency
internal import Faults
internal import Topology

/// Prints every registered kind with one line each, or those of one sort.
public func listKinds(_ only: String?) -> ExitCode {
    let sections = Catalogue.sections
    guard let only else {
        printOut(sections.map(\.text).joined(separator: "\n"))
        return .ok
    }
    guard let section = sections.first(where: { $0.name == only }) else {
        let known = sections.map(\.name)
        printError(
            "ordeal list: unknown kind \"\(only)\"; \(suggestion(for: only, among: known, what: "kinds"))"
        )
        return .usage
    }
    printOut(section.text)
    return .ok
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

/// What is registered, with a line each.
enum Catalogue {
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
        let vocabulary = Vocabulary.registered
        func plain(_ names: [String]) -> [(name: String, line: String)] { names.map { ($0, "") } }
        return [
            Section(name: "systems", entries: plain(vocabulary.systems)),
            Section(name: "placements", entries: placementSchemes.map { ($0.name, $0.summary) }),
            Section(name: "replications", entries: plain(vocabulary.replications)),
            Section(name: "durabilities", entries: plain(vocabulary.durabilities)),
            Section(name: "faults", entries: plain(faults.map { $0.name })),
            Section(name: "workloads", entries: plain(vocabulary.workloads)),
        ]
    }
}
