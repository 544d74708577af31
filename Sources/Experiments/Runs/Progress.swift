internal import Quantities
internal import Synchronization

/// What the user is told while a run goes on: one redrawn line on a terminal, else a line a step, a
/// line a fault, and one every two seconds of measurement.
final class Progress: Sendable {
    private let console: Console
    private let clock = ContinuousClock()
    private let state: Mutex<State>

    /// Often enough to see that something happens, seldom enough for a log.
    private static let lineInterval = Duration.seconds(2)

    private struct State {
        var trials: Int
        var trial = 0
        var cell = ""
        var phase = ""
        var phaseStart: ContinuousClock.Instant
        var phaseLength: Duration?
        var rate: Double?
        var p99: Double?
        /// By their numbers in the schedule: those that have struck and are not healed.
        var faults: [Int: String] = [:]
        /// When the whole run should be over.
        var end: ContinuousClock.Instant
        /// When the next line about the measurement is due, where lines are written.
        var nextLine: ContinuousClock.Instant
    }

    init(console: Console, trials: Int, estimate: Duration) {
        self.console = console
        let now = clock.now
        state = Mutex(State(trials: trials, phaseStart: now, end: now + estimate, nextLine: now))
    }

    /// A new trial begins; `remaining` is the estimate for it and all later ones.
    func begin(trial: ScheduledTrial, remaining: Duration) {
        let text = state.withLock { state in
            state.trial = trial.number
            state.cell = trial.cell.name
            state.end = clock.now + remaining
            state.faults = [:]
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
            state.nextLine = clock.now + Self.lineInterval
        }
        if !console.isLive { console.line("  \(phase)") }
        redraw()
    }

    func measured(rate: Double?, p99: Double?) {
        let now = clock.now
        let line = state.withLock { state -> String? in
            state.rate = rate
            state.p99 = p99
            guard !console.isLive, state.phaseLength != nil, now >= state.nextLine else {
                return nil
            }
            state.nextLine = now + Self.lineInterval
            return Self.line(of: state, now: now)
        }
        if let line { console.line("  " + line) }
        redraw()
    }

    /// A fault has struck, been healed or failed.
    ///
    /// - Parameters:
    ///   - index: Its number in the schedule.
    ///   - name: What it is and whom it struck.
    ///   - deed: What happened to it, with the time: `struck at 2.0 s`.
    func fault(_ index: Int, _ name: String, isActive: Bool, _ deed: String) {
        state.withLock { $0.faults[index] = isActive ? name : nil }
        if !console.isLive { console.line("  ! \(name) \(deed)") }
        redraw()
    }

    /// Something worth keeping on the screen.
    func note(_ text: String) {
        console.line(text)
        redraw()
    }

    func redraw() {
        guard console.isLive, state.withLock({ $0.trial > 0 }) else { return }
        let columns = console.columns - 1
        console.live(
            state.withLock { Self.liveLine(of: $0, now: clock.now).text(columns: columns) }
        )
    }

    private static func liveLine(of state: State, now: ContinuousClock.Instant) -> LiveLine {
        var line = LiveLine(
            trial: "[\(state.trial)/\(state.trials)]",
            cell: state.cell,
            phase: phase(of: state, now: now)
        )
        line.rate = state.rate.map(Self.rate)
        line.p99 = state.p99.map { "p99 \(shortSeconds($0))" }
        line.faults = state.faults.sorted { $0.key < $1.key }.map(\.value)
        let left = (state.end - now).seconds.rounded()
        line.left = left > 0 ? "\(durationText(.seconds(left))) left" : nil
        return line
    }

    /// For a log: `measure 4.0/10.0s  1,998/s  p99 2.9ms`.
    private static func line(of state: State, now: ContinuousClock.Instant) -> String {
        let parts = [
            phase(of: state, now: now), state.rate.map(rate) ?? "no request answered",
            state.p99.map { "p99 \(shortSeconds($0))" },
        ]
        return parts.compactMap(\.self).joined(separator: "  ")
    }

    private static func phase(of state: State, now: ContinuousClock.Instant) -> String {
        guard let length = state.phaseLength else { return state.phase }
        return "\(state.phase) \(tenths(min(now - state.phaseStart, length)))/\(tenths(length))s"
    }

    private static func rate(_ perSecond: Double) -> String { "\(Int(perSecond.rounded()))/s" }

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
