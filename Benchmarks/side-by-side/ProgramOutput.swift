import Clusters
import Glibc

/// Runs a program to its end and returns what it wrote; throws where it failed.
func output(of program: String, _ arguments: [String]) throws(ClusterError) -> String {
    var ends: [CInt] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .system(what: "pipe", why: "\(errno)") }
    defer { close(ends[0]) }
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    let process: ChildProcess
    do throws(ClusterError) {
        process = try ChildProcess.start(
            program,
            arguments,
            streams: .init(input: null, output: ends[1], error: STDERR_FILENO)
        )
    } catch {
        close(ends[1])
        close(null)
        throw error
    }
    close(ends[1])
    close(null)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
        let count = unsafe read(ends[0], &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        bytes += buffer[..<count]
    }
    while process.isRunning { usleep(500) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard process.end == .exited(code: 0) else {
        let command = ([program] + arguments).joined(separator: " ")
        throw .commandFailed(command: command, output: "\(process.end?.text ?? "") \(text)")
    }
    return text
}
