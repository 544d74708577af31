internal import Consistency
import FoundationEssentials
internal import Report

/// What a run came to, as its user is told at the end.
struct RunOutcome {
    let record: RunRecord
    let folder: String
    let isJSON: Bool

    /// Of a cell; the report has them all.
    private static let fewNotes = 4

    /// The table, or one object, on standard output; with an object, what else there is to say goes
    /// to standard error.
    func show(on console: Console) {
        console.clear()
        if isJSON {
            for line in lines { console.line(line) }
            printOut(JSONFormat(directory: folder).render(record), terminator: "")
        } else {
            printOut(TableFormat().render(record))
            for line in lines { printOut(line) }
        }
    }

    /// Why the verdicts are what they are, and where the report is.
    private var lines: [String] {
        let ofCells = record.cells.map { cell in
            (cell.name, cell.summary.verdict.reasons + failedGates(of: cell) + notes(of: cell))
        }
        let told = Set(ofCells.flatMap(\.1))
        let ofRun = (record.verdict?.reasons ?? []).filter { !told.contains($0) }
        var lines = ofRun + record.notes
        for (name, texts) in ofCells { lines += texts.map { "\(name): \($0)" } }
        let report = "\(folder)/report.html"
        // A full disk may have refused it, which has been said.
        return FileManager.default.fileExists(atPath: report)
            ? lines + ["report: \(report)"] : lines
    }

    private func failedGates(of cell: CellRecord) -> [String] {
        cell.gates.filter { $0.passed == false }.map { "failed " + $0.sentence }
    }

    /// The first few, by trial where there are several.
    private func notes(of cell: CellRecord) -> [String] {
        var notes: [String] = []
        for (index, trial) in cell.trials.enumerated() {
            let place = cell.trials.count > 1 ? "trial \(index + 1), seed \(trial.seed): " : ""
            let fates = (trial.ledger?.fates ?? []).filter { $0.count > 0 && !$0.fate.isWelcome }
            notes += fates.map { place + FateText.sentence($0) }
            notes += trial.checks.flatMap(\.notes).map { place + $0 }
            if let sessions = trial.history?.sessions, !sessions.isSpotless {
                notes.append(place + SessionText.sentence(sessions))
            }
        }
        guard notes.count > Self.fewNotes else { return notes }
        return notes.prefix(Self.fewNotes)
            + ["and \(notes.count - Self.fewNotes) more, in the report"]
    }
}
