public import Consistency
internal import Histories

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What `ordeal history` was asked.
public struct HistoryConversion: Sendable {
    public var file: String
    /// `nil` where the file has to show it.
    public var from: String?
    public var to: String
    /// What the operations are about, where the same words mean other things for others.
    public var model: String?
    /// `nil` for standard output.
    public var output: String?

    public init(file: String, from: String?, to: String, model: String?, output: String?) {
        self.file = file
        self.from = from
        self.to = to
        self.model = model
        self.output = output
    }
}

/// Writes a history in another format: `ordeal history export` and `import`.
public func convertHistory(_ conversion: HistoryConversion) -> ExitCode {
    let (from, to): ((any HistoryFormat.Type)?, any HistoryFormat.Type)
    do throws(HistoryCheck.Misuse) {
        from = try conversion.from.map { name throws(HistoryCheck.Misuse) in
            try HistoryCheck.format(named: name)
        }
        to = try HistoryCheck.format(named: conversion.to)
    } catch {
        printError("ordeal history: " + misuse(error))
        return .usage
    }
    do throws(HistoryProblem) {
        let source = try FileSource(path: conversion.file)
        let format: any HistoryFormat.Type
        if let from {
            format = from
        } else {
            format = try guessedFormat(of: conversion.file, source)
        }
        var input = HistoryInput(source)
        let history = try format.read(&input, HistorySubject(model: conversion.model ?? ""))
        for note in input.notes { printError("ordeal history: \(conversion.file): \(note)") }
        try writeHistory(history, as: to, to: conversion.output)
        return .ok
    } catch {
        printError("ordeal history: \(conversion.file): \(error)")
        return .usage
    }
}

/// Writes a history into a file, or to standard output where `path` is nil.
func writeHistory(
    _ history: History,
    as format: any HistoryFormat.Type,
    to path: String?
) throws(HistoryProblem) {
    var descriptor = Console.standardOutput
    if let path {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw HistoryProblem(.unreadable("cannot create \(path): \(systemMessage(errno))"))
        }
    }
    defer { if path != nil { close(descriptor) } }
    let file = descriptor
    var output = HistoryOutput { bytes throws(HistoryProblem) in
        do throws(FileFailure) {
            try writeAll(bytes, to: file, path: path ?? "standard output")
        } catch {
            throw HistoryProblem(.unreadable(error.description))
        }
    }
    try format.write(history, to: &output)
    try output.finish()
    for note in output.notes { printError("ordeal: \(path ?? "standard output"): \(note)") }
}
