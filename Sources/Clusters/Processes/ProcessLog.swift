import Glibc

/// What a process writes, kept in two files that later starts of the same role append to.
public struct ProcessLog: Sendable {
    public let outputPath: String
    public let errorPath: String

    public init(directory: String, name: String) {
        outputPath = "\(directory)/\(name).out.log"
        errorPath = "\(directory)/\(name).err.log"
    }

    /// Opens a file to append to; the process gets it, so its output needs nobody to copy it.
    static func open(_ path: String) throws(ClusterError) -> Int32 {
        let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(what: path, why: errorText(errno)) }
        return file
    }

    static func size(_ path: String) -> Int {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? Int(information.st_size) : 0
    }

    /// Whether a whole line of the output that begins with `prefix` stands after `offset`.
    func hasLine(startingWith prefix: String, after offset: Int) -> Bool {
        let text = Self.text(outputPath, from: offset, count: 65_536)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .contains { $0.hasPrefix(prefix) }
    }

    /// The last lines of what it said on its error stream, or on its output where that is empty.
    public func lastLines(_ count: Int) -> [String] {
        for path in [errorPath, outputPath] {
            let size = Self.size(path)
            let text = Self.text(path, from: max(0, size - 16_384), count: 16_384)
            let lines = text.split(separator: "\n").suffix(count)
            if !lines.isEmpty { return lines.map(String.init) }
        }
        return []
    }

    private static func text(_ path: String, from offset: Int, count: Int) -> String {
        let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: count)
        let length = unsafe pread(file, &buffer, count, off_t(offset))
        guard length > 0 else { return "" }
        return String(decoding: buffer[..<length], as: UTF8.self)
    }
}
