internal import CSystemCalls
import Glibc

/// One run of a system's tool, from its start to its end: `ip`, `nft`.
struct ToolRun {
    private let command: String
    private let process: pid_t
    private let output: Int32

    /// Starts the tool with `input` on its standard input.
    ///
    /// The input has to fit into a pipe, which is 64 KiB.
    init(_ program: String, _ arguments: [String], input: String = "") throws(ClusterError) {
        command = ([program] + arguments).joined(separator: " ")
        var inputPipe: [Int32] = [0, 0]
        var outputPipe: [Int32] = [0, 0]
        let refusal = unsafe max(ordeal_pipe(&inputPipe), ordeal_pipe(&outputPipe))
        guard refusal == 0 else { throw .system(what: command, why: errorText(refusal)) }
        let bytes = Array(input.utf8)
        precondition(bytes.count <= 65_536, "A tool's input fits into a pipe.")
        let written = unsafe write(inputPipe[1], bytes, bytes.count)
        close(inputPipe[1])
        var id: pid_t = 0
        let failure = unsafe withArguments([program] + arguments) { list in
            unsafe ordeal_spawn(
                &id,
                program,
                list,
                inputPipe[0],
                outputPipe[1],
                outputPipe[1]
            )
        }
        close(inputPipe[0])
        close(outputPipe[1])
        guard failure == 0, written == bytes.count else {
            close(outputPipe[0])
            throw .system(what: command, why: errorText(failure))
        }
        process = id
        output = outputPipe[0]
    }

    /// Waits for the end; returns what the tool wrote on both streams, and how it ended.
    func result() -> (output: String, code: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        close(output)
        return (String(decoding: bytes, as: UTF8.self), ordeal_reap(process))
    }

    /// Waits for the end and returns the output; throws unless the tool exited with 0.
    @discardableResult
    func finish() throws(ClusterError) -> String {
        let (text, code) = result()
        guard code == 0 else {
            let output = text.split(separator: "\n").prefix(5).joined(separator: "; ")
            throw .commandFailed(command: command, output: output)
        }
        return text
    }
}
