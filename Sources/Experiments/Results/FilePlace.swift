internal import Consistency
internal import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds out, before anything is measured, whether a file that an option names can be written.
func checkPlace(_ file: String, of option: String) throws(CommandFailure) {
    guard let problem = obstacle(writing: file) else { return }
    throw CommandFailure(.usage, "\(option): cannot write \(file): \(problem)")
}

/// Writes a file that an option named.
func put(_ text: String, into file: String) throws(CommandFailure) {
    try put(into: file) { (append) throws(FileFailure) in try append(text) }
}

/// Writes a file that an option named, piece by piece.
func put(
    into file: String,
    _ body: ((String) throws(FileFailure) -> Void) throws(FileFailure) -> Void
) throws(CommandFailure) {
    do throws(FileFailure) {
        let contents = try DurableFile(replacing: file)
        try body { (piece) throws(FileFailure) in try contents.append(Array(piece.utf8)) }
        try contents.finish()
    } catch {
        throw CommandFailure(.void, "cannot write \(file): \(systemMessage(error.code))")
    }
}

/// Draws a page.
func rendered(_ body: () throws -> String) throws(CommandFailure) -> String {
    do {
        return try body()
    } catch {
        throw CommandFailure(.internal, "the page cannot be written: \(error)")
    }
}

/// Without touching it; nil where nothing is in the way.
private func obstacle(writing file: String) -> String? {
    let folder = (file as NSString).deletingLastPathComponent
    guard unsafe access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
        return systemMessage(errno)
    }
    guard unsafe access(file, F_OK) == 0 else { return nil }
    var isFolder: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    if isFolder.boolValue { return systemMessage(EISDIR) }
    return unsafe access(file, W_OK) == 0 ? nil : systemMessage(errno)
}
