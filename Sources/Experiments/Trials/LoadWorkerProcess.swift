internal import CSystemCalls
internal import Clusters
internal import Consistency
internal import Dispatch
import FoundationEssentials
internal import LoadGeneration
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One `ordeal load-worker`, seen from the harness: its voice, and the pipe it obeys.
final class LoadWorkerProcess: Sendable {
    let configuration: WorkerConfiguration
    private let process: ChildProcess
    /// In nanoseconds: a worker with 200 successes a second has a p99 to tell every five seconds.
    private static let recent: Int64 = 5_500_000_000
    /// The write end of its standard input; its closing ends the worker.
    private let commands: Int32
    private let state = Mutex(State())

    struct State {
        /// What it said first of all, and of the records once they were there.
        var first: WorkerEvent?
        var loaded: WorkerEvent?
        var isFinished = false
        var failure: String?
        /// Whether its output has ended, so that nothing more will be heard.
        var isSilent = false
        /// The last two lines that count requests, for a rate.
        var before: WorkerEvent?
        var last: WorkerEvent?
        /// The last p99 that it told, in seconds; nil once that is no longer recent.
        var p99: Double?
        var p99At: Int64 = 0

        var isLoaded: Bool { loaded != nil }
    }

    /// - Parameter launcherOptions: Where in the network it is to be.
    init(
        _ configuration: WorkerConfiguration,
        launcherOptions: [String],
        errorLog: String
    ) throws(ClusterError) {
        self.configuration = configuration
        let file = "\(configuration.folder)/worker-\(configuration.worker).configuration.json"
        do {
            try writeDurably(Array(try JSONEncoder().encode(configuration)), to: file)
        } catch {
            throw .system(what: "load worker \(configuration.worker)", why: "\(error)")
        }
        let pipes = try WorkerPipes(errorLog: errorLog)
        commands = pipes.commands
        defer { pipes.closeChildSide() }
        do throws(ClusterError) {
            process = try ChildProcess.start(
                try Executables.own("ordeal-launcher"),
                ["node"] + launcherOptions + ["--parent", "\(getpid())", "--core", "0", "--"]
                    + [try Executables.own("ordeal"), "load-worker", file],
                streams: .init(
                    input: pipes.childInput,
                    output: pipes.childOutput,
                    error: pipes.childErrors
                )
            )
        } catch {
            pipes.closeOwnSide()
            throw error
        }
        listen(to: pipes.events)
    }

    deinit {
        process.signal(SIGKILL)
        close(commands)
    }

    var current: State { state.withLock { $0 } }

    var end: ProcessEnd? { process.end }

    /// A worker that is gone obeys nobody, which shows in its state.
    func obey(_ command: WorkerCommand) {
        try? writeAll(Array((command.line + "\n").utf8), to: commands, path: "worker")
    }

    func kill() { process.signal(SIGKILL) }

    /// Reads its lines on a thread of their own until it closes its output.
    private func listen(to events: Int32) {
        let name = "worker-\(configuration.worker)"
        DispatchQueue(label: name).async { [weak self] in
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe read(events, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                rest += buffer[..<count]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    self?.hear(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            close(events)
            self?.state.withLock { $0.isSilent = true }
        }
    }

    private func hear(_ line: String) {
        guard let event = WorkerEvent(line: line) else { return }
        state.withLock { state in
            if state.first == nil { state.first = event }
            switch event.event {
            case .loaded: state.loaded = event
            case .finished: state.isFinished = true
            case .failed: state.failure = event.reason ?? "failed without a reason"
            case .progress:
                state.before = state.last
                state.last = event
                if event.p99 != nil || event.at - state.p99At > Self.recent {
                    (state.p99, state.p99At) = (event.p99, event.at)
                }
            }
        }
    }
}

/// Both ends of a worker's three streams.
private struct WorkerPipes {
    let childInput: Int32
    let commands: Int32
    let events: Int32
    let childOutput: Int32
    let childErrors: Int32

    init(errorLog: String) throws(ClusterError) {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard unsafe ordeal_pipe(&input) == 0 else {
            throw .system(what: "a pipe to a load worker", why: systemMessage(errno))
        }
        guard unsafe ordeal_pipe(&output) == 0 else {
            input.forEach { close($0) }
            throw .system(what: "a pipe to a load worker", why: systemMessage(errno))
        }
        childErrors = unsafe open(errorLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        (childInput, commands) = (input[0], input[1])
        (events, childOutput) = (output[0], output[1])
        guard childErrors >= 0 else {
            (input + output).forEach { close($0) }
            throw .system(what: errorLog, why: systemMessage(errno))
        }
    }

    func closeChildSide() {
        for file in [childInput, childOutput, childErrors] { close(file) }
    }

    func closeOwnSide() {
        for file in [commands, events] { close(file) }
    }
}
