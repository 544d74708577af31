#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file of the results could not be written.
package struct FileFailure: Error, Sendable, CustomStringConvertible {
    package var path: String
    package var action: String
    package var code: Int32

    package var description: String { "cannot \(action) \(path): \(systemMessage(code))" }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// Replaces a file's contents all at once: after a crash it holds the old bytes or the new.
package func writeDurably(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    let temporary = "\(path).new"
    let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileFailure(path: temporary, action: "create", code: errno) }
    do throws(FileFailure) {
        try writeAll(bytes, to: file, path: temporary)
        guard fsync(file) == 0 else {
            throw FileFailure(path: temporary, action: "sync", code: errno)
        }
    } catch {
        close(file)
        unsafe unlink(temporary)
        throw error
    }
    close(file)
    guard unsafe rename(temporary, path) == 0 else {
        let code = errno
        unsafe unlink(temporary)
        throw FileFailure(path: path, action: "replace", code: code)
    }
    syncFolder(of: path)
}

func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws(FileFailure) {
    var written = 0
    while written < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe write(file, buffer.baseAddress?.advanced(by: written), bytes.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileFailure(path: path, action: "write", code: errno) }
        written += count
    }
}

/// Makes a rename survive power loss; a file system that cannot is left as it is.
private func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
}

/// A file that only grows, one line at a time, each handed to the kernel at once.
final class LineFile {
    private let descriptor: Int32
    private let path: String

    init(creating path: String) throws(FileFailure) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw FileFailure(path: path, action: "create", code: errno) }
    }

    func append(_ line: [UInt8]) throws(FileFailure) {
        try writeAll(line, to: descriptor, path: path)
    }

    deinit {
        close(descriptor)
    }
}
