internal import Determinism
internal import Sockets
internal import Workloads

/// Hands requests over when they are due, whatever became of earlier ones.
extension LoadEngine {
    /// Before replies are read again, should the schedule have fallen far behind.
    private static let burst = 512

    func keepSchedule() {
        var handedOver = 0
        while handedOver < Self.burst, let due = schedule?.take(dueBy: now) {
            submitScheduled(dueAt: due)
            handedOver += 1
            // The clock is read again now and then, so that a burst's lags are true.
            if handedOver % 16 == 0 { now = monotonicNow() }
        }
        flush()
        guard let next = schedule?.nextDue else { return }
        loop.paceAt = max(next, handedOver == Self.burst ? now : now + quantum)
    }

    /// This worker's part of the schedule.
    func openSchedule(from start: Int64, to end: Int64) -> OpenSchedule? {
        let (worker, workers) = (configuration.worker, configuration.workers)
        let phase = Double(worker) / Double(workers)
        func schedule(_ profile: RateProfile, _ process: any ArrivalProcess) -> OpenSchedule {
            let arrivals = ArrivalSchedule(
                profile,
                process: process,
                share: source.share,
                phase: phase,
                seed: configuration.seed.derived("arrivals").derived(worker)
            )
            return OpenSchedule(start: start, end: end, arrivals)
        }
        switch configuration.load {
        case .closed: return nil
        case .open(let rate): return schedule(.constant(rate), EvenArrivals())
        case .arrivals(let profile, let name):
            let process = arrivalProcesses.first { $0.name == name } ?? EvenArrivals.self
            return schedule(profile, process.init())
        case .recorded:
            return OpenSchedule(start: start, end: end, recorded: recordedArrivals)
        }
    }

    /// What of the whole schedule is asked of this worker, per second.
    var offeredRate: Double? {
        let seconds = Double(recorder.measureEnd - recorder.measureStart) / 1e9
        switch configuration.load {
        case .closed: return nil
        case .open(let rate): return rate * source.share
        case .arrivals(let profile, _):
            if let rate = profile.onlyRate { return rate * source.share }
        case .recorded: break
        }
        return seconds > 0 ? Double(scheduled) / seconds : 0
    }

    /// How many requests were due in the measurement.
    var scheduled: Int {
        let (start, end) = (recorder.measureStart, recorder.measureEnd)
        return recorder.issued + (schedule?.remaining(from: start, to: end) ?? 0)
    }
}
