import Glibc
import Topology

// Lookups a second, memory and changes of every placement scheme, for 10, 1,000 and 1,000,000 nodes;
// jump, anchor and memento beside the same in C++. Exit code 2 where a bar is missed.

// Arguments choose numbers of nodes and names of schemes: `placement 1000 jump anchor`.
let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let names = CommandLine.arguments.dropFirst().filter { Int($0) == nil }
var rows: [Row] = []
for nodes in sizes.isEmpty ? [10, 1_000, 1_000_000] : sizes {
    for type in placementSchemes where names.isEmpty || names.contains(type.name) {
        let histories = type.capabilities.keepsState ? [0, nodes / 5] : [0]
        for left in histories {
            progress("\(type.name), \(nodes) nodes")
            let subject = try Subject(type, nodes: nodes, left: left)
            rows.append(Row(subject, Measurement(subject)))
        }
    }
    progress("")
    print("\n" + Row.table(rows.filter { $0.nodes == nodes }))
}
let missed = rows.filter(\.isMissed)
for row in missed { print("placement: missed: \(row.name), \(row.nodes) nodes: \(row.reason)") }
exit(missed.isEmpty ? 0 : 2)

/// What is being measured, on a terminal.
func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let line = Array("\r\u{1b}[2K\(text)".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
}
