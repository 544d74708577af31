public import Consistency
import FoundationEssentials
internal import Report

/// Renders a run's reports again from its `run.json`: `ordeal report`.
public func renderReports(of folder: String) -> ExitCode {
    let path = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    guard let bytes = FileManager.default.contents(atPath: "\(path)/run.json") else {
        printError("ordeal report: \(path)/run.json cannot be read; name a run's folder")
        return .usage
    }
    do {
        let run = try JSONDecoder().decode(RunRecord.self, from: bytes)
        guard run.schema <= RunRecord.currentSchema else {
            printError(
                "ordeal report: \(path)/run.json has schema \(run.schema), and this ordeal knows "
                    + "\(RunRecord.currentSchema); use the newer one"
            )
            return .usage
        }
        try writeReports(of: run, to: path)
        printOut(TableFormat().render(run))
        printOut("report: \(path)/report.html")
        return .ok
    } catch {
        printError("ordeal report: \(path)/run.json is no run's record: \(error)")
        return .usage
    }
}

/// Writes every format that has a file; the first that cannot be written is thrown at the end.
func writeReports(of run: RunRecord, to folder: String) throws {
    var failure: (any Error)?
    for format in reportFormats {
        guard let name = format.fileName else { continue }
        do {
            let text = try format.init().render(run)
            try writeDurably(Array(text.utf8), to: "\(folder)/\(name)")
        } catch {
            failure = failure ?? error
        }
    }
    if let failure { throw failure }
}
