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

/// Writes a file that an option named, piece by piece; it is there once it is complete.
struct FileWriter {
    private let file: String
    private let descriptor: Int32

    init(_ file: String) throws(CommandFailure) {
        self.file = file
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        descriptor = unsafe open("\(file).new", flags, 0o644)
        guard descriptor >= 0 else { throw failure(errno) }
    }

    func put(_ text: String) throws(CommandFailure) {
        do throws(FileFailure) {
            try writeAll(Array(text.utf8), to: descriptor, path: file)
        } catch {
            close(descriptor)
            unsafe unlink("\(file).new")
            throw failure(error.code)
        }
    }

    func finish() throws(CommandFailure) {
        let isSynced = fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isSynced else { throw failure(code) }
        guard unsafe rename("\(file).new", file) == 0 else { throw failure(errno) }
    }

    private func failure(_ code: Int32) -> CommandFailure {
        CommandFailure(.void, "cannot write \(file): \(systemMessage(code))")
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
