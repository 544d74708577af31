/// What a run is doing, on one line of a terminal: what matters least gives way first.
package struct LiveLine {
    /// `[2/3]`.
    package var trial: String
    package var cell: String
    /// With how much of it is over: `measure 4.2/10.0s`.
    package var phase: String
    package var rate: String?
    package var p99: String?
    /// Those that have struck and are not healed.
    package var faults: [String] = []
    /// How long the whole run still takes; nil where nobody can tell.
    package var left: String?

    /// A shorter name would tell two cells apart no more.
    private static let shortestCell = 8

    package init(trial: String, cell: String, phase: String) {
        (self.trial, self.cell, self.phase) = (trial, cell, phase)
    }

    package func text(columns: Int) -> String {
        var line = self
        // The values tell the cells apart; their names are the same in all of them.
        let steps: [(inout LiveLine) -> Void] = [
            { _ in },
            { $0.cell = values(of: cell) },
            { $0.cell = shortened($0.cell, by: $0.whole.count - columns) },
            { $0.p99 = nil },
            { $0.rate = nil },
            { $0.faults = faults.count > 1 ? ["\(faults.count) faults"] : faults },
            { $0.cell = "" },
        ]
        for step in steps {
            step(&line)
            if line.whole.count <= columns { break }
        }
        return String(line.whole.prefix(columns))
    }

    private var whole: String {
        let active = faults.isEmpty ? nil : "! " + faults.joined(separator: ", ")
        let parts = [cell.isEmpty ? trial : "\(trial) \(cell)", phase, rate, p99, active, left]
        return parts.compactMap(\.self).joined(separator: "  ")
    }

    private func values(of cell: String) -> String {
        cell.split(separator: ",").map { pair in
            pair.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
        }
        .joined(separator: ",")
    }

    private func shortened(_ cell: String, by excess: Int) -> String {
        let room = max(Self.shortestCell, cell.count - excess)
        return cell.count > room ? cell.prefix(room - 1) + "…" : cell
    }
}
