internal import Consistency
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the processes of a trial's store wrote, gone through line by line in bounded memory.
struct NodeLogs {
    /// The trial's.
    let folder: String
    let patterns: PanicPatterns

    /// A longer line is looked at up to here.
    private static let longestLine = 4096
    /// What an error quotes of one.
    private static let quoted = 300
    /// Beyond it one more says nothing new.
    private static let mostPanics = 100

    func search() -> LogSearch {
        var search = LogSearch()
        let directory = "\(folder)/nodes"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names.sorted() where name.hasSuffix(".log") {
            search.files += 1
            guard read("\(directory)/\(name)", as: "nodes/\(name)", &search) else {
                search.unread.append("nodes/\(name)")
                continue
            }
        }
        return search
    }

    private func read(_ path: String, as name: String, _ search: inout LogSearch) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var line: [UInt8] = []
        var number = 0
        func end() {
            number += 1
            search.lines += 1
            defer { line.removeAll(keepingCapacity: true) }
            guard search.panics.count < Self.mostPanics, let pattern = patterns.match(line) else {
                return
            }
            search.panics.append(
                PanicLine(
                    file: name,
                    line: number,
                    text: String(decoding: line.prefix(Self.quoted), as: UTF8.self),
                    pattern: pattern
                )
            )
        }
        while true {
            let count = Self.read(file, &buffer)
            guard count > 0 else {
                if !line.isEmpty { end() }
                return count == 0
            }
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: "\n") {
                    end()
                } else if line.count < Self.longestLine {
                    line.append(byte)
                }
            }
        }
    }

    private static func read(_ file: Int32, _ buffer: inout [UInt8]) -> Int {
        while true {
            #if canImport(Glibc)
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            #elseif canImport(Musl)
            let count = unsafe Musl.read(file, &buffer, buffer.count)
            #else
            let count = unsafe Darwin.read(file, &buffer, buffer.count)
            #endif
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
