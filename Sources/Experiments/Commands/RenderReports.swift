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
        var run = try JSONDecoder().decode(RunRecord.self, from: bytes)
        guard run.schema <= RunRecord.currentSchema else {
            printError(
                "ordeal report: \(path)/run.json has schema \(run.schema), and this ordeal knows "
                    + "\(RunRecord.currentSchema); use the newer one"
            )
            return .usage
        }
        if run.status == .running {
            run.notes.append(
                "this run never finished: it was killed, or is still under way; what follows is what "
                    + "had been written until then"
            )
        }
        try writeReports(of: run, to: path)
        printOut(TableFormat().render(run))
        for note in run.notes { printOut(note) }
        printOut("report: \(path)/report.html")
        return .ok
    } catch let failure as FileFailure {
        printError("ordeal report: \(failure)")
        return .void
    } catch {
        printError("ordeal report: \(path)/run.json is not the record of a run: \(reason(error))")
        return .usage
    }
}

/// What a decoder misses, without the frame around it.
private func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is of another kind"
    case .dataCorrupted: "it is damaged"
    default: "\(error)"
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
