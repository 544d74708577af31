import Clusters
import Faults
import Foundation
import Glibc
import Testing
import Topology

/// A directory for a test's files, gone when nobody holds it any more.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/ordeal-test-XXXXXX".utf8CString)
        let isMade = unsafe mkdtemp(&template) != nil
        try #require(isMade)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A file without a name, for what a process prints.
final class Printed: Sendable {
    let file: Int32

    init() {
        var template = Array("/tmp/ordeal-test-XXXXXX".utf8CString)
        file = unsafe mkstemp(&template)
        unsafe unlink(template)
    }

    var text: String {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let length = unsafe pread(file, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    }

    deinit { close(file) }
}

/// Runs a program to its end and returns what it printed.
func output(
    _ program: String,
    _ arguments: [String],
    within bound: Duration = .seconds(20)
) async throws -> (text: String, end: ProcessEnd?) {
    let printed = Printed()
    let child = try start([program] + arguments, output: printed)
    let end = await child.awaitEnd(within: bound)
    if end == nil { child.signal(SIGKILL) }
    return (printed.text, end)
}

/// Starts a program that a test ends.
func start(_ command: [String], output: Printed = Printed()) throws -> ChildProcess {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    return try ChildProcess.start(
        command[0],
        Array(command.dropFirst()),
        streams: .init(input: null, output: output.file, error: output.file)
    )
}

/// The command lines of every process that mentions `word`, by process.
func processes(mentioning word: String) -> [Int32: String] {
    var found: [Int32: String] = [:]
    guard let directory = unsafe opendir("/proc") else { return [:] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                unsafe String(cString: $0)
            }
        }
        guard let process = Int32(name), process != getpid() else { continue }
        let line = (contents("/proc/\(name)/cmdline") ?? "").split(separator: "\0")
            .joined(separator: " ")
        if line.contains(word) { found[process] = line }
    }
    return found
}

func contents(_ path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var text: [UInt8] = []
    while true {
        let length = unsafe read(file, &buffer, buffer.count)
        guard length > 0 else { break }
        text += buffer[..<length]
    }
    return String(decoding: text, as: UTF8.self)
}

/// What a link in /proc says, such as `net:[4026531840]`.
func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = unsafe readlink(path, &buffer, buffer.count - 1)
    guard length > 0 else { return nil }
    return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension Endpoint {
    static func node(_ number: UInt16) -> Endpoint { .node(NodeID(number)) }
}
