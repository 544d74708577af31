internal import Dispatch
internal import Quantities
internal import Synchronization

/// Ends a run that hangs: after the limit it says in which step, and ends the process with status 4.
///
/// It runs on a thread of its own, so that a step that blocks every other cannot stop it. What the
/// run started ends with the process.
final class Watchdog: Sendable {
    private struct State {
        /// What the run does now; nil once it is over.
        var step: String? = "starting"
        var end: ContinuousClock.Instant
        /// Since when the run waits for its user.
        var heldSince: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "watchdog")

    /// How often it looks again while the run waits for its user.
    private static let heldPause = Duration.seconds(1)

    /// - Parameter expired: Called on the watchdog's thread with the step that hangs; it must not
    ///   wait for the run.
    init(limit: Duration, expired: @escaping @Sendable (_ step: String) -> Void) {
        state = Mutex(State(end: .now + limit))
        look(after: limit, expired)
    }

    private func look(after pause: Duration, _ expired: @escaping @Sendable (String) -> Void) {
        queue.asyncAfter(deadline: .now() + pause.seconds) { [weak self] in
            guard let self else { return }
            let (step, rest) = state.withLock { state in
                let rest = state.heldSince == nil ? state.end - .now : Self.heldPause
                return (state.step, rest)
            }
            guard let step else { return }
            if rest > .zero { look(after: rest, expired) } else { expired(step) }
        }
    }

    /// Notes what the run does now, for the message.
    func enter(_ name: String) {
        state.withLock { $0.step = name }
    }

    /// The run waits for its user, which is no hanging.
    func hold() {
        state.withLock { $0.heldSince = .now }
    }

    func release() {
        state.withLock { state in
            if let since = state.heldSince { state.end += .now - since }
            state.heldSince = nil
        }
    }

    func cancel() {
        state.withLock { $0.step = nil }
    }
}
