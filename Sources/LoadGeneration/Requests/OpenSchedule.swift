internal import Determinism
internal import Workloads

/// When the requests of an open loop are due, whether or not earlier ones were answered.
struct OpenSchedule {
    private enum Arrivals {
        case process(ArrivalSchedule)
        case recorded([Int64], next: Int)
    }

    /// Of the schedule; due times count from here.
    let start: Int64
    /// Due times at or after it are not part of the schedule.
    var end: Int64
    private var arrivals: Arrivals

    init(start: Int64, end: Int64, _ schedule: ArrivalSchedule) {
        self.start = start
        self.end = end
        arrivals = .process(schedule)
    }

    /// Times from the start, in order.
    init(start: Int64, end: Int64, recorded times: [Int64]) {
        self.start = start
        self.end = end
        arrivals = .recorded(times, next: 0)
    }

    /// Evenly, at one rate.
    ///
    /// `phase` in [0, 1) shifts the whole schedule by that part of the interval, so that workers of
    /// equal rates take turns.
    init(start: Int64, end: Int64, operationsPerSecond: Double, phase: Double) {
        self.init(
            start: start,
            end: end,
            ArrivalSchedule(
                .constant(operationsPerSecond),
                process: EvenArrivals(),
                phase: phase,
                seed: Seed(0)
            )
        )
    }

    /// When the next request is due; nil at the end.
    var nextDue: Int64? {
        let next: Int64
        switch arrivals {
        case .process(let schedule): next = schedule.next
        case .recorded(let times, let index): next = index < times.count ? times[index] : .max
        }
        let (due, overflow) = start.addingReportingOverflow(next)
        return !overflow && due < end ? due : nil
    }

    /// Takes the next request if it is due by now.
    mutating func take(dueBy now: Int64) -> Int64? {
        guard let due = nextDue, due <= now else { return nil }
        switch arrivals {
        case .process(var schedule):
            _ = schedule.take()
            arrivals = .process(schedule)
        case .recorded(let times, let index): arrivals = .recorded(times, next: index + 1)
        }
        return due
    }

    /// How many of the requests still to come are due in a stretch of time.
    func remaining(from lower: Int64, to upper: Int64) -> Int {
        var rest = self
        rest.end = min(upper, end)
        var count = 0
        while let due = rest.take(dueBy: .max) { if due >= lower { count += 1 } }
        return count
    }
}
