import Histories

/// The samples of one probe: when it succeeded, and how long it went without.
struct ProbeTimeline {
    let initialPrimary: Int
    /// Ascending completion times.
    private let successes: [ProbeSample]
    private let start: Int64
    private let end: Int64

    /// `samples` are those of one probe; what was sent outside `start...end` is left out.
    init(initialPrimary: Int, samples: [ProbeSample], start: Int64, end: Int64) {
        self.initialPrimary = initialPrimary
        self.start = start
        let inside = samples.filter { $0.sentAt >= start && $0.sentAt <= end }
        successes = inside.filter { $0.outcome == .ok && $0.completedAt <= end }
            .sorted { $0.completedAt < $1.completedAt }
        // The probe may stop a little before the measurement does: that is no outage.
        self.end = min(end, inside.map(\.completedAt).max() ?? end)
    }

    /// Every stretch between two successes, the ends of the measurement included.
    var gaps: [(start: Int64, end: Int64)] {
        var gaps: [(start: Int64, end: Int64)] = []
        var last = start
        for success in successes {
            gaps.append((last, success.completedAt))
            last = success.completedAt
        }
        if end > last { gaps.append((last, end)) }
        return gaps
    }

    /// From `time` to the first success of a request sent at or after it.
    func firstFreshSuccess(after time: Int64) -> Int64? {
        successes.first { $0.sentAt >= time }.map { $0.completedAt - time }
    }
}
