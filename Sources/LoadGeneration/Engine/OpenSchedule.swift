/// When the requests of an open loop are due: evenly, whether or not earlier ones were answered.
struct OpenSchedule {
    /// Of the first request.
    let start: Int64
    /// Due times at or after it are not part of the schedule.
    var end: Int64
    /// In nanoseconds; fractions keep the rate exact.
    let interval: Double
    private(set) var taken = 0

    /// `phase` in [0, 1) shifts the whole schedule by that part of the interval, so that workers of
    /// equal rates take turns.
    init(start: Int64, end: Int64, operationsPerSecond: Double, phase: Double) {
        interval = 1e9 / operationsPerSecond
        self.start = start + Int64(interval * phase)
        self.end = end
    }

    /// When the next request is due; nil at the end.
    var nextDue: Int64? {
        let due = due(taken)
        return due < end ? due : nil
    }

    /// Takes the next request if it is due by now.
    mutating func take(dueBy now: Int64) -> Int64? {
        guard let due = nextDue, due <= now else { return nil }
        taken += 1
        return due
    }

    /// How many requests are due in a stretch of time.
    func count(from lower: Int64, to upper: Int64) -> Int {
        max(0, index(notBefore: min(upper, end)) - index(notBefore: lower))
    }

    private func due(_ index: Int) -> Int64 {
        start + Int64((Double(index) * interval).rounded())
    }

    private func index(notBefore time: Int64) -> Int {
        guard time > start else { return 0 }
        var index = max(0, Int(Double(time - start) / interval) - 2)
        while due(index) < time { index += 1 }
        return index
    }
}
