internal import CSystemCalls
internal import Dispatch
import Glibc
internal import Synchronization

/// One process that this one started; it is waited for by a thread of its own.
///
/// That thread also starts it, so "the parent's thread ended" (PR_SET_PDEATHSIG) means that the
/// whole harness did.
public final class ChildProcess: Sendable {
    public let id: Int32
    private let state: Mutex<ProcessEnd?>

    private init(id: Int32) {
        self.id = id
        state = Mutex(nil)
    }

    /// The three standard streams of a process; a file is closed by whoever opened it.
    public struct Streams: Sendable {
        public var input: Int32
        public var output: Int32
        public var error: Int32

        public init(input: Int32, output: Int32, error: Int32) {
            self.input = input
            self.output = output
            self.error = error
        }
    }

    /// Starts a program; `onEnd` is called once, on the process's own thread.
    public static func start(
        _ program: String,
        _ arguments: [String],
        streams: Streams,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void = { _ in }
    ) throws(ClusterError) -> ChildProcess {
        let started = Started()
        runOnOwnThread {
            var id: pid_t = 0
            let failure = unsafe withArguments([program] + arguments) { list in
                unsafe ordeal_spawn(
                    &id,
                    program,
                    list,
                    streams.input,
                    streams.output,
                    streams.error
                )
            }
            guard failure == 0 else {
                started.set(.failure(.system(what: program, why: errorText(failure))))
                return
            }
            let child = ChildProcess(id: id)
            started.set(.success(child))
            child.awaitEnd(onEnd)
        }
        return try started.get().get()
    }

    /// How it ended; nil while it runs.
    public var end: ProcessEnd? { state.withLock { $0 } }

    public var isRunning: Bool { end == nil }

    /// Sends a signal; false when the process has ended, whose number may be another's by now.
    @discardableResult
    public func signal(_ number: Int32) -> Bool {
        state.withLock { end in
            guard end == nil else { return false }
            return kill(id, number) == 0
        }
    }

    /// Waits until the process has ended; nil when it still runs after `bound`.
    public func awaitEnd(within bound: Duration) async -> ProcessEnd? {
        await eventually(within: bound) { self.end }
    }

    private func awaitEnd(_ onEnd: (ProcessEnd) -> Void) {
        ordeal_await_end(id)
        // Its number is free for another process from here on, so signals have to stop first.
        let end = state.withLock { state -> ProcessEnd in
            let status = ordeal_reap(id)
            let end: ProcessEnd = status < 0 ? .killed(signal: -status) : .exited(code: status)
            state = end
            return end
        }
        onEnd(end)
    }
}

/// Hands the outcome of a start from the process's thread to the caller.
private final class Started: Sendable {
    private let ready = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Result<ChildProcess, ClusterError>>(
        .failure(.system(what: "start", why: "it was not attempted"))
    )

    func set(_ result: Result<ChildProcess, ClusterError>) {
        outcome.withLock { $0 = result }
        ready.signal()
    }

    func get() -> Result<ChildProcess, ClusterError> {
        ready.wait()
        return outcome.withLock { $0 }
    }
}

/// Calls `body` with the arguments as C wants them.
func withArguments<Value>(
    _ arguments: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    var list = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe list.forEach { argument in unsafe free(argument) } }
    return unsafe list.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("There is an end mark.") }
        return unsafe body(UnsafePointer(base))
    }
}

/// Looks every two milliseconds until there is a value; nil after `bound` or when cancelled.
///
/// The last look comes after the bound: a caller that was not scheduled for so long has waited for
/// nothing yet.
func eventually<Value: Sendable>(
    within bound: Duration,
    _ look: @Sendable () -> Value?
) async -> Value? {
    let deadline = ContinuousClock.now + bound
    while true {
        let isLast = Task.isCancelled || ContinuousClock.now >= deadline
        if let value = look() { return value }
        if isLast { return nil }
        try? await Task.sleep(for: .milliseconds(2))
    }
}
