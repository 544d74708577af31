internal import CSystemCalls
internal import Clusters

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a program says of itself when asked for `--version`.
enum ProgramVersion {
    /// A program that takes longer has something else in mind.
    static let patience: Int32 = 2000

    /// The first line of its answer; nil when it gives none in time.
    static func line(of program: String) -> String? {
        var pipe: [Int32] = [0, 0]
        guard unsafe ordeal_pipe(&pipe) == 0 else { return nil }
        defer { close(pipe[0]) }
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        let streams = ChildProcess.Streams(input: nothing, output: pipe[1], error: nothing)
        let child = try? ChildProcess.start(program, ["--version"], streams: streams)
        close(pipe[1])
        close(nothing)
        guard let child else { return nil }
        let text = firstLine(from: pipe[0])
        child.signal(SIGKILL)
        return text
    }

    private static func firstLine(from file: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while bytes.count < 1024, !bytes.contains(UInt8(ascii: "\n")) {
            var ready = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&ready, 1, patience) > 0 else { break }
            let count = unsafe read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let line = bytes.split(separator: UInt8(ascii: "\n")).first
        return line.map { String(decoding: $0, as: UTF8.self) }
    }
}
