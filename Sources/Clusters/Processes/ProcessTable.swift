internal import CSystemCalls
public import Faults
import Glibc
internal import Synchronization

/// The processes of one cluster by role: starts, stops and strikes them, and notices who ends
/// without having been asked to.
///
/// Every method may be called from any thread; those that are not `async` do not wait for anything
/// but the kernel.
public final class ProcessTable: Sendable {
    private let launcher: String
    private let fabric: any Fabric
    private let logDirectory: String
    private let onUnexpectedEnd: @Sendable (UnexpectedEnd) -> Void
    private let state = Mutex(State())

    private struct State {
        var entries: [Endpoint: Entry] = [:]
        var unexpectedEnds: [UnexpectedEnd] = []
    }

    private struct Entry {
        let description: ProcessDescription
        var child: ChildProcess?
        var isStarting = false
        /// Whether somebody has asked the present process to end.
        var mayEnd = false
        var isPaused = false
        /// Where the present process's output begins in the log.
        var outputStart = 0

        var isActive: Bool { child?.isRunning == true && !mayEnd }
    }

    /// How many lines of a log an error quotes.
    private static let quotedLineCount = 12

    public init(
        fabric: any Fabric,
        logDirectory: String,
        onUnexpectedEnd: @escaping @Sendable (UnexpectedEnd) -> Void = { _ in }
    ) throws(ClusterError) {
        launcher = try Executables.own("ordeal-launcher")
        self.fabric = fabric
        self.logDirectory = logDirectory
        self.onUnexpectedEnd = onUnexpectedEnd
    }

    /// Adds a process that does not run yet.
    public func add(_ description: ProcessDescription) {
        state.withLock { $0.entries[description.endpoint] = Entry(description: description) }
    }

    /// Every role, in order.
    public var endpoints: [Endpoint] { state.withLock { $0.entries.keys.sorted() } }

    /// Those whose process runs, is not paused and was not told to end, in order.
    public var running: [Endpoint] {
        state.withLock { state in
            state.entries.values.filter { $0.isActive && !$0.isPaused }
                .map(\.description.endpoint).sorted()
        }
    }

    /// Who ended without having been asked to, in the order of their ends.
    public var unexpectedEnds: [UnexpectedEnd] { state.withLock { $0.unexpectedEnds } }

    /// The present or the last process of a role.
    public func process(of endpoint: Endpoint) -> ChildProcess? {
        state.withLock { $0.entries[endpoint]?.child }
    }

    public func log(of endpoint: Endpoint) -> ProcessLog {
        ProcessLog(directory: logDirectory, name: endpoint.name)
    }

    /// Starts a role's process; nothing happens where it runs or is being started.
    public func start(_ endpoint: Endpoint) throws(ClusterError) {
        let claim = state.withLock { state -> Result<ProcessDescription?, ClusterError> in
            guard var entry = state.entries[endpoint] else {
                return .failure(.unsupported("there is no process \(endpoint)"))
            }
            if entry.isStarting || entry.child?.isRunning == true { return .success(nil) }
            entry.child = nil
            entry.isStarting = true
            entry.mayEnd = false
            entry.isPaused = false
            entry.outputStart = ProcessLog.size(log(of: endpoint).outputPath)
            state.entries[endpoint] = entry
            return .success(entry.description)
        }
        guard let description = try claim.get() else { return }
        // Not under the lock: a start takes milliseconds, and a fault that is due would wait for it.
        let outcome = Result { () throws(ClusterError) in try spawn(description) }
        state.withLock { state in
            state.entries[endpoint]?.isStarting = false
            state.entries[endpoint]?.child = try? outcome.get()
        }
        _ = try outcome.get()
    }

    private func spawn(_ description: ProcessDescription) throws(ClusterError) -> ChildProcess {
        let endpoint = description.endpoint
        let log = log(of: endpoint)
        let input = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        let output = try ProcessLog.open(log.outputPath)
        let error = try ProcessLog.open(log.errorPath)
        defer { for file in [input, output, error] { close(file) } }
        var options = fabric.place(of: endpoint)?.launcherOptions ?? []
        options += ["--parent", "\(getpid())", "--core", "0"]
        if let files = description.openFiles { options += ["--files", "\(files)"] }
        return try ChildProcess.start(
            launcher,
            ["node"] + options + ["--", description.program] + description.arguments,
            streams: .init(input: input, output: output, error: error),
            onEnd: { [weak self] end in self?.noteEnd(of: endpoint, end) }
        )
    }

    /// Called on the process's own thread, perhaps before `start` has returned.
    private func noteEnd(of endpoint: Endpoint, _ end: ProcessEnd) {
        let unexpected = state.withLock { state -> UnexpectedEnd? in
            guard state.entries[endpoint]?.mayEnd == false else { return nil }
            let record = UnexpectedEnd(
                endpoint: endpoint,
                end: end,
                atNanoseconds: ordeal_monotonic_nanoseconds(),
                log: log(of: endpoint).lastLines(Self.quotedLineCount)
            )
            state.unexpectedEnds.append(record)
            return record
        }
        if let unexpected { onUnexpectedEnd(unexpected) }
    }
}

extension ProcessTable {
    /// Ends a process at once; false where none runs, or the one that does was told to end.
    @discardableResult
    public func kill(_ endpoint: Endpoint) -> Bool {
        signal(endpoint, SIGKILL) { $0.mayEnd = true }
    }

    /// Asks a process to end; false where none runs.
    @discardableResult
    public func terminate(_ endpoint: Endpoint) -> Bool {
        signal(endpoint, SIGTERM) { $0.mayEnd = true }
    }

    /// Stops a process where it is; false where none runs.
    @discardableResult
    public func pause(_ endpoint: Endpoint) -> Bool {
        signal(endpoint, SIGSTOP) { $0.isPaused = true }
    }

    /// Lets a paused process go on; false where none runs.
    @discardableResult
    public func resume(_ endpoint: Endpoint) -> Bool {
        signal(endpoint, SIGCONT) { $0.isPaused = false }
    }

    private func signal(
        _ endpoint: Endpoint,
        _ number: Int32,
        _ change: (inout Entry) -> Void
    ) -> Bool {
        state.withLock { state in
            guard var entry = state.entries[endpoint], let child = entry.child, entry.isActive
            else { return false }
            change(&entry)
            state.entries[endpoint] = entry
            return child.signal(number)
        }
    }

    /// Whether somebody has asked the role's present process to end.
    func mayEnd(_ endpoint: Endpoint) -> Bool {
        state.withLock { $0.entries[endpoint]?.mayEnd == true }
    }

    /// Whether the kernel reports the role's process stopped.
    public func isStopped(_ endpoint: Endpoint) -> Bool {
        guard let child = process(of: endpoint), child.isRunning else { return false }
        return KernelFile.processState(of: child.id) == "T"
    }

    /// Waits until the role's process listens.
    public func awaitReady(_ endpoint: Endpoint, within bound: Duration) async throws(ClusterError)
    {
        let outcome = await eventually(within: bound) { self.readiness(of: endpoint) }
        switch outcome {
        case .ready: return
        case .ended(let end):
            let lines = log(of: endpoint).lastLines(Self.quotedLineCount)
            throw .ended(endpoint, end: end, log: lines)
        case nil:
            let lines = log(of: endpoint).lastLines(Self.quotedLineCount)
            throw .tooLate(what: "the start of \(endpoint)", bound: bound, seen: lines)
        }
    }

    private enum Readiness: Sendable {
        case ready
        case ended(ProcessEnd)
    }

    private func readiness(of endpoint: Endpoint) -> Readiness? {
        let entry = state.withLock { $0.entries[endpoint] }
        guard let entry, let child = entry.child else { return nil }
        if let end = child.end { return .ended(end) }
        guard let prefix = entry.description.readyLine else { return .ready }
        let log = log(of: endpoint)
        return log.hasLine(startingWith: prefix, after: entry.outputStart) ? .ready : nil
    }

    /// Ends every process: asks first, and ends at once those that have not obeyed after `grace`.
    public func stopAll(grace: Duration = .seconds(2)) async {
        _ = await eventually(within: .seconds(5)) {
            self.state.withLock { $0.entries.values.contains(where: \.isStarting) } ? nil : true
        }
        let children = endpoints.compactMap { endpoint -> ChildProcess? in
            terminate(endpoint)
            let child = process(of: endpoint)
            // A stopped process obeys nothing but SIGKILL.
            child?.signal(SIGCONT)
            return child
        }
        let deadline = ContinuousClock.now + grace
        for child in children {
            _ = await child.awaitEnd(within: max(.zero, deadline - ContinuousClock.now))
        }
        for child in children { child.signal(SIGKILL) }
        for child in children { _ = await child.awaitEnd(within: .seconds(5)) }
    }
}
