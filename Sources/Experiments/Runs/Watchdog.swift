internal import Dispatch
internal import Quantities
internal import Synchronization

/// Ends a run that hangs: after the limit it says in which step, and ends the process with status 4.
///
/// It runs on a thread of its own, so that a step that blocks every other cannot stop it. What the
/// run started ends with the process.
final class Watchdog: Sendable {
    /// What the run does now; nil once it is over.
    private let step = Mutex<String?>("starting")

    /// - Parameter expired: Called on the watchdog's thread with the step that hangs; it must not
    ///   wait for the run.
    init(limit: Duration, expired: @escaping @Sendable (_ step: String) -> Void) {
        let queue = DispatchQueue(label: "watchdog")
        queue.asyncAfter(deadline: .now() + limit.seconds) { [weak self] in
            guard let step = self?.step.withLock({ $0 }) else { return }
            expired(step)
        }
    }

    /// Notes what the run does now, for the message.
    func enter(_ name: String) {
        step.withLock { $0 = name }
    }

    func cancel() {
        step.withLock { $0 = nil }
    }
}
