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
    do throws(FileFailure) {
        try writeDurably(Array(text.utf8), to: file)
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
