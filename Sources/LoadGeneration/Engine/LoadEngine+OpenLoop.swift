/// Hands requests over when they are due, whatever became of earlier ones.
extension LoadEngine {
    /// Before replies are read again, should the schedule have fallen far behind.
    private static let burst = 512

    func keepSchedule() {
        var handedOver = 0
        while handedOver < Self.burst, let due = schedule?.take(dueBy: now) {
            submitNext(intendedAt: due, isScheduled: true)
            handedOver += 1
            // The clock is read again now and then, so that a burst's lags are true.
            if handedOver % 16 == 0 { now = monotonicNow() }
        }
        flush()
        guard let next = schedule?.nextDue else { return }
        let wake = max(next, handedOver == Self.burst ? now : now + quantum)
        loop.paceAt = wake
    }
}
