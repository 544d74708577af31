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

    package init(path: String, action: String, code: Int32) {
        (self.path, self.action, self.code) = (path, action, code)
    }

    package var description: String { "cannot \(action) \(path): \(systemMessage(code))\(fix)" }

    /// What to do about it, where that is known.
    private var fix: String {
        guard action != "read" else { return "" }
        return switch code {
        case ENOSPC, EDQUOT, EFBIG: "; free some space, or name another place with --results DIR"
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG:
            "; name another place with --results DIR"
        default: ""
        }
    }
}

/// Makes a folder and those above it that are missing.
package func makeFolders(_ path: String) throws(FileFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
        guard unsafe mkdir(made, 0o755) != 0 else { continue }
        let code = errno
        var information = stat()
        guard unsafe stat(made, &information) == 0 else {
            throw FileFailure(path: made, action: "create", code: code)
        }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            throw FileFailure(path: made, action: "create", code: ENOTDIR)
        }
    }
}

/// A whole file, or why it cannot be read.
package func wholeFile(_ path: String) throws(FileFailure) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileFailure(path: path, action: "read", code: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    // An array that grows is there twice for a moment, and then larger than it has to be.
    var status = stat()
    if unsafe fstat(file, &status) == 0 { bytes.reserveCapacity(max(0, Int(status.st_size))) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe read(file, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileFailure(path: path, action: "read", code: errno) }
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// Replaces a file's contents all at once: after a crash it holds the old bytes or the new.
package func writeDurably(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    let file = try DurableFile(replacing: path)
    try file.append(bytes)
    try file.finish()
}

/// The new contents of a file, piece by piece: they take the place of the old ones when it is finished,
/// and nothing is left of them where it never is.
final class DurableFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    init(replacing path: String) throws(FileFailure) {
        self.path = path
        temporary = "\(path).new"
        descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FileFailure(path: temporary, action: "create", code: errno)
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !isFinished { unsafe unlink(temporary) }
    }

    func append(_ bytes: [UInt8]) throws(FileFailure) {
        try writeAll(bytes, to: descriptor, path: temporary)
    }

    func finish() throws(FileFailure) {
        guard fsync(descriptor) == 0 else {
            throw FileFailure(path: temporary, action: "sync", code: errno)
        }
        guard unsafe rename(temporary, path) == 0 else {
            throw FileFailure(path: path, action: "replace", code: errno)
        }
        isFinished = true
        syncFolder(of: path)
    }
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
