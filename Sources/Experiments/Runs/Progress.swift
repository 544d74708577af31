internal import Synchronization

/// What the user is told while a run goes on: one redrawn line on a terminal, else a line a step.
final class Progress: Sendable {
    private let console: Console
    private let clock = ContinuousClock()
    private let state: Mutex<State>

    private struct State {
        var trials: Int
        var trial = 0
        var cell = ""
        var phase = ""
        var phaseStart: ContinuousClock.Instant
        var phaseLength: Duration?
        var rate: Double?
        var p99: Double?
        var faults: [String] = []
        /// When the whole run should be over.
        var end: ContinuousClock.Instant
    }

    init(console: Console, trials: Int, estimate: Duration) {
        self.console = console
        let now = clock.now
        state = Mutex(State(trials: trials, phaseStart: now, end: now + estimate))
    }

    /// A new trial begins; `remaining` is the estimate for it and all later ones.
    func begin(trial: ScheduledTrial, remaining: Duration) {
        let text = state.withLock { state in
            state.trial = trial.number
            state.cell = trial.cell.name
            state.end = clock.now + remaining
            state.faults = []
            return "[\(state.trial)/\(state.trials)] \(state.cell)"
        }
        if !console.isLive { console.line(text) }
    }

    /// - Parameter length: How long the phase takes, where that is known.
    func enter(_ phase: String, length: Duration? = nil) {
        state.withLock { state in
            state.phase = phase
            state.phaseStart = clock.now
            state.phaseLength = length
            state.rate = nil
            state.p99 = nil
        }
        if !console.isLive { console.line("  \(phase)") }
        redraw()
    }

    func measured(rate: Double?, p99: Double?, faults: [String]) {
        state.withLock { state in
            state.rate = rate
            state.p99 = p99
            state.faults = faults
        }
        redraw()
    }

    /// Something worth keeping on the screen.
    func note(_ text: String) {
        console.line(text)
        redraw()
    }

    func redraw() {
        guard console.isLive else { return }
        console.live(state.withLock { Self.line(of: $0, now: clock.now) })
    }

    private static func line(of state: State, now: ContinuousClock.Instant) -> String {
        var parts = ["[\(state.trial)/\(state.trials)] \(state.cell)", state.phase]
        if let length = state.phaseLength {
            let spent = min(now - state.phaseStart, length)
            parts[1] += " \(tenths(spent))/\(tenths(length))s"
        }
        if let rate = state.rate { parts.append("\(Int(rate.rounded()))/s") }
        if let p99 = state.p99 { parts.append("p99 \(shortSeconds(p99))") }
        if !state.faults.isEmpty { parts.append("! " + state.faults.joined(separator: ", ")) }
        let left = max(.zero, state.end - now)
        parts.append("\(durationText(.seconds(left.seconds.rounded()))) left")
        return parts.joined(separator: "  ")
    }

    private static func tenths(_ duration: Duration) -> String {
        let tenths = Int((duration.seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// `3.1ms`, `420us`, `1.25s`: three figures at most.
func shortSeconds(_ seconds: Double) -> String {
    let (amount, unit) =
        seconds < 0.001
        ? (seconds * 1e6, "us") : seconds < 1 ? (seconds * 1000, "ms") : (seconds, "s")
    let digits = amount < 10 ? 100.0 : amount < 100 ? 10.0 : 1.0
    let rounded = (amount * digits).rounded() / digits
    return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + unit
}
