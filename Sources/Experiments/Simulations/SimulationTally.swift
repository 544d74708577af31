internal import Quantities
internal import Simulation
internal import Synchronization

/// What came of the seeds so far.
final class SimulationTally: Sendable {
    private let state: Mutex<State>
    private let console: Console
    private let start = ContinuousClock().now
    private let options: SimulationOptions

    struct State: Sendable {
        var next: UInt64?
        var seeds: UInt64 = 0
        var failures: [SeedOutcome] = []
        var violations = 0
        var traceHash: UInt64 = 0
        var simulated = 0.0
        /// The time that threads spent simulating.
        var busy = 0.0
        var operations = 0
        var acknowledged = 0
        var events = 0
        var shown: ContinuousClock.Instant?
    }

    private static let interval = Duration.milliseconds(200)
    /// More of them say nothing new, but are counted.
    private static let mostFailures = 100

    init(_ options: SimulationOptions, console: Console) {
        self.options = options
        self.console = console
        state = Mutex(State(next: options.seeds.lowerBound))
    }

    /// The seed to simulate next; nil where it is time to end.
    func next() -> UInt64? {
        let isOver = options.minutes.map { (ContinuousClock().now - start).seconds >= $0 * 60 }
        return state.withLock { state in
            guard isOver != true, let seed = state.next else { return nil }
            if options.stopsAtFirst, state.violations > 0 { return nil }
            state.next = seed < options.seeds.upperBound ? seed + 1 : nil
            return seed
        }
    }

    func add(_ outcome: SeedOutcome, spent: Duration) {
        let now = ContinuousClock().now
        let line: String? = state.withLock { state in
            state.seeds += 1
            // A sum, since threads finish in any order.
            state.traceHash &+= outcome.mixedHash
            state.simulated += Double(outcome.simulatedNanoseconds) * 1e-9
            state.busy += spent.seconds
            state.operations += outcome.operations
            state.acknowledged += outcome.acknowledged
            state.events += outcome.events
            if !outcome.violations.isEmpty {
                state.violations += 1
                if state.failures.count < Self.mostFailures { state.failures.append(outcome) }
            }
            guard console.isLive else { return nil }
            if let shown = state.shown, now - shown < Self.interval { return nil }
            state.shown = now
            return liveLine(state, at: now)
        }
        if let line { console.live(line) }
    }

    private func liveLine(_ state: State, at now: ContinuousClock.Instant) -> String {
        let total = options.seeds.upperBound - options.seeds.lowerBound + 1
        let seconds = max(0.001, (now - start).seconds)
        let rate = Double(state.seeds) / seconds
        var left = Double(total - state.seeds) / max(0.001, rate)
        if let minutes = options.minutes { left = min(left, minutes * 60 - seconds) }
        return "\(state.seeds) of \(total) seeds  \(Int(rate.rounded())) seeds/s  "
            + "\(state.violations) violations  "
            + "\(durationText(.seconds(max(0, left.rounded())))) left"
    }

    /// Everything, the failures by seed.
    var result: State {
        var state = state.withLock { $0 }
        state.failures.sort { $0.seed < $1.seed }
        return state
    }

    var seconds: Double { (ContinuousClock().now - start).seconds }
}
