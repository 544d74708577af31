import FoundationEssentials
internal import Histories

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A history's file, or the files in a folder that a run's workers wrote, read piece by piece.
final class FileSource: HistorySource {
    private let paths: [String]
    private var part = 0
    private var descriptor: Int32
    /// Which parts of the history are not among these files.
    let missing: String?

    init(path: String) throws(HistoryProblem) {
        let parts = Self.parts(in: path)
        paths = parts.isEmpty ? [path] : parts
        missing = Self.missing(from: path)
        descriptor = try Self.opened(paths[0])
    }

    func restart() throws(HistoryProblem) {
        if part > 0 {
            part = 0
            try reopen()
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw HistoryProblem(
                .unreadable("has to be read twice, and is a pipe; write it into a file first")
            )
        }
    }

    func nextPart() throws(HistoryProblem) -> Bool {
        guard part + 1 < paths.count else { return false }
        part += 1
        try reopen()
        return true
    }

    func append(to bytes: inout [UInt8], count: Int) throws(HistoryProblem) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        var length = 0
        repeat {
            length = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: start), count)
            }
        } while length < 0 && errno == EINTR
        bytes.removeSubrange((start + max(0, length))...)
        guard length >= 0 else { throw HistoryProblem(.unreadable(systemMessage(errno))) }
        return length > 0
    }

    /// The first bytes, after which the file is at its beginning again where it can be.
    func head() throws(HistoryProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try append(to: &bytes, count: 4096)
        try restart()
        return bytes
    }

    private func reopen() throws(HistoryProblem) {
        let next = try Self.opened(paths[part])
        close(descriptor)
        descriptor = next
    }

    private static func opened(_ path: String) throws(HistoryProblem) -> Int32 {
        if path == "-" {
            let copy = dup(STDIN_FILENO)
            guard copy >= 0 else { throw HistoryProblem(.unreadable(systemMessage(errno))) }
            return copy
        }
        if (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil {
            throw HistoryProblem(.unreadable(emptyFolder(path)))
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HistoryProblem(.unreadable(systemMessage(errno))) }
        return descriptor
    }

    /// What to name in place of a folder that holds no history.
    private static func emptyFolder(_ path: String) -> String {
        let workers = path.hasSuffix("/") ? path + "workers" : path + "/workers"
        guard parts(in: workers).isEmpty else { return "a trial's folder; name \(workers)" }
        return "a folder without the parts of a run's history (history-*.bin); name files"
    }

    /// What each worker of a run recorded, where the path is their folder.
    private static func parts(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter(isPart).sorted().map { "\(folder)/\($0)" }
    }

    /// One worker's part says nothing about what the others wrote.
    private static func missing(from path: String) -> String? {
        guard parts(in: path).isEmpty else { return missing(in: path) }
        let cut = path.lastIndex(of: "/")
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        let folder = cut.map { String(path[..<$0]) } ?? "."
        guard isPart(name) else { return nil }
        let count = parts(in: folder.isEmpty ? "/" : folder).count
        guard count > 1 else { return nil }
        return "one of \(count) parts of a history; name \(folder) to check them together"
    }

    /// What is not in a folder of parts: each worker left a log there, too.
    private static func missing(in folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let numbers = names.compactMap { number(in: $0, "history-", ".bin") }
        let workers = names.compactMap { number(in: $0, "worker-", ".log") }
        let last = max(numbers.max() ?? -1, workers.max() ?? -1)
        let absent = (0..<max(0, last + 1)).filter { !numbers.contains($0) }
        guard !absent.isEmpty else { return nil }
        let list = absent.prefix(5).map { "history-\($0).bin" }.joined(separator: ", ")
        return "\(absent.count) parts are missing from \(folder): \(list)"
            + (absent.count > 5 ? " and more" : "")
    }

    private static func number(in name: String, _ start: String, _ end: String) -> Int? {
        guard name.hasPrefix(start), name.hasSuffix(end) else { return nil }
        // More workers than a machine can have are no workers.
        return Int(name.dropFirst(start.count).dropLast(end.count)).flatMap {
            (0..<100_000).contains($0) ? $0 : nil
        }
    }

    private static func isPart(_ name: String) -> Bool {
        name.hasPrefix("history-") && name.hasSuffix(".bin")
    }

    deinit {
        close(descriptor)
    }
}

/// The format that the file's name or its first bytes show.
func guessedFormat(
    of path: String,
    _ source: FileSource
) throws(HistoryProblem) -> any HistoryFormat.Type {
    guard path != "-" else {
        throw HistoryProblem(.unreadable("what comes by standard input needs --format"))
    }
    let head = try source.head()
    if head.starts(with: [0x1f, 0x8b]) {
        throw HistoryProblem(.unreadable("compressed with gzip; `gunzip` it first"))
    }
    guard let format = historyFormats.first(where: { $0.recognizes(path: path, head: head) }) else {
        let names = historyFormats.map { $0.name }.joined(separator: ", ")
        throw HistoryProblem(
            .unreadable("its format cannot be told; name one with --format: \(names)")
        )
    }
    return format
}
