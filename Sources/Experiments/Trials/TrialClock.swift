internal import CSystemCalls
internal import Report

/// The phases of a trial on the host's monotonic clock, told to whoever watches.
final class TrialClock {
    private let trial: Int
    private let progress: Progress
    private let watchdog: Watchdog
    private let journal: Journal
    private var entered: [(name: String, at: Int64)] = []
    /// Nil until the measurement is scheduled.
    var measureStart: Int64?

    init(trial: Int, progress: Progress, watchdog: Watchdog, journal: Journal) {
        self.trial = trial
        self.progress = progress
        self.watchdog = watchdog
        self.journal = journal
    }

    static var now: Int64 { Int64(ordeal_monotonic_nanoseconds()) }

    func enter(_ phase: String, length: Duration? = nil) {
        let now = Self.now
        entered.append((phase, now))
        watchdog.enter("trial \(trial), phase \(phase)")
        progress.enter(phase, length: length)
        var line = JournalLine("phase", trial: trial)
        line.phase = phase
        line.at = measureStart.map { Double(now - $0) / 1e9 }
        journal.append(line)
    }

    /// The phases so far, from the start of the measurement.
    func phases() -> [TrialRecord.Phase] {
        let now = Self.now
        let start = measureStart ?? entered.first?.at ?? now
        return entered.indices.map { index in
            let end = index + 1 < entered.count ? entered[index + 1].at : now
            return TrialRecord.Phase(
                name: entered[index].name,
                start: Double(entered[index].at - start) / 1e9,
                end: Double(end - start) / 1e9
            )
        }
    }
}
