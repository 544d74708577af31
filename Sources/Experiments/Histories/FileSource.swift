internal import Histories

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A history's file, read piece by piece.
final class FileSource: HistorySource {
    private let descriptor: Int32

    init(path: String) throws(HistoryProblem) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HistoryProblem(.unreadable(systemMessage(errno))) }
    }

    func restart() throws(HistoryProblem) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw HistoryProblem(
                .unreadable("has to be read twice, and is a pipe; write it into a file first")
            )
        }
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

    deinit {
        close(descriptor)
    }
}

/// The format that the file's name or its first bytes show.
func guessedFormat(
    of path: String,
    _ source: FileSource
) throws(HistoryProblem) -> any HistoryFormat.Type {
    let head = try source.head()
    guard let format = historyFormats.first(where: { $0.recognizes(path: path, head: head) }) else {
        let names = historyFormats.map { $0.name }.joined(separator: ", ")
        throw HistoryProblem(
            .unreadable("its format cannot be told; name one with --format: \(names)")
        )
    }
    return format
}
