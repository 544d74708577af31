internal import Faults
import Glibc

extension FaultAction {
    /// Whether it waits for nothing but the kernel.
    var isQuick: Bool {
        switch self {
        case .kill, .terminate, .pause, .resume, .cut, .reconnect: true
        case .start, .renewNetwork, .join, .leave, .replace: false
        }
    }
}

/// Faults' actions on real processes and links.
extension Cluster {
    /// How long a process may take to end, and to be ready again.
    private static let endBound = Duration.seconds(10)
    private static let startBound = Duration.seconds(20)

    /// Does a quick action; returns why that failed.
    func carryOut(_ action: FaultAction) -> String? {
        do throws(ClusterError) {
            switch action {
            case .kill(let endpoint): return missing(endpoint, unless: processes.kill(endpoint))
            case .terminate(let endpoint):
                return missing(endpoint, unless: processes.terminate(endpoint))
            case .pause(let endpoint): return missing(endpoint, unless: processes.pause(endpoint))
            case .resume(let endpoint): return missing(endpoint, unless: processes.resume(endpoint))
            case .cut(let links): try fabric.cut(links)
            case .reconnect(let links): try fabric.reconnect(links)
            case .start, .renewNetwork, .join, .leave, .replace:
                preconditionFailure("An action that waits is not done on the punctual thread.")
            }
            return nil
        } catch {
            return "\(action): \(error.message)"
        }
    }

    private func missing(_ endpoint: Endpoint, unless isThere: Bool) -> String? {
        isThere ? nil : "\(endpoint) was not running"
    }

    /// Does any action, and waits for what it has to wait for; returns why it failed.
    func carryOutPatiently(_ action: FaultAction) async -> String? {
        do throws(ClusterError) {
            switch action {
            case .start(let endpoint): try await startAgain(endpoint)
            case .renewNetwork(let endpoint):
                try await end(endpoint)
                try fabric.renew(endpoint)
            case .join(let node): try await change(.join(node))
            case .leave(let node): try await change(.leave(node))
            case .replace(let old, let new): try await change(.replace(old, by: new))
            case .kill, .terminate, .pause, .resume, .cut, .reconnect: return carryOut(action)
            }
            return nil
        } catch {
            return "\(action): \(error.message)"
        }
    }

    private func startAgain(_ endpoint: Endpoint) async throws(ClusterError) {
        // Who has left stays away, whatever else has struck it.
        if let node = endpoint.node, !nodes.contains(node) { return }
        try await end(endpoint)
        try processes.start(endpoint)
        try await processes.awaitReady(endpoint, within: Self.startBound)
    }

    /// Waits until a process that was told to end has; ends it at once where it takes too long.
    ///
    /// One that nobody told to end is left alone: another fault has started it again.
    private func end(_ endpoint: Endpoint) async throws(ClusterError) {
        guard let child = processes.process(of: endpoint), processes.mayEnd(endpoint) else {
            return
        }
        if await child.awaitEnd(within: Self.endBound) != nil { return }
        child.signal(SIGKILL)
        guard await child.awaitEnd(within: Self.endBound) == nil else { return }
        throw .tooLate(what: "the end of \(endpoint)", bound: Self.endBound, seen: [])
    }
}
