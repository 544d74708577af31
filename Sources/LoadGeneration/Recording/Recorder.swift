internal import Histories
internal import Statistics
internal import Workloads

/// How a request ended, with what the recorder needs to know about it.
struct Completion: Equatable {
    /// An index of the recorder's kinds.
    var kind: Int
    var outcome: Outcome
    /// A number of `FailureNames`; without meaning for a success.
    var reason: UInt8
    var intendedAt: Int64
    /// 0 if it never was sent.
    var firstSentAt: Int64
    /// A read that found nothing.
    var isMissing = false
}

/// Everything a worker counts.
///
/// Of constant size but for the timeline and the slow requests, which are bounded too, and the counts
/// of each tenth of a second, where they are kept.
struct Recorder {
    /// Counts and times of one kind of request.
    struct Kind {
        var counts = OutcomeCounts()
        var latency = LatencyHistogram()
        var service = LatencyHistogram()
        var missing = 0
    }

    var names = FailureNames()
    var measureStart: Int64
    var measureEnd: Int64
    let kindNames: [String]
    private(set) var kinds: [Kind]
    private(set) var sendLag = LatencyHistogram()
    private(set) var slowRequests: [SlowRequest] = []
    private(set) var slowRequestsDropped = 0
    private let keepsFaultEvidence: Bool
    /// Requests that were due in the measurement and were handed over; 0 in a closed loop.
    private(set) var issued = 0
    private(set) var completedInMeasurement = 0
    /// What requests spent in the measurement, as their ends tell it.
    private(set) var attendance = Attendance()
    private(set) var total = OutcomeCounts()
    /// Since the last progress line.
    private(set) var interval = LatencyHistogram()
    private var longestClosedGap: WorkerResult.Gap?
    /// 0 before the first.
    private(set) var lastSuccessAt: Int64 = 0
    private var failures: [Failure: Int] = [:]
    private var timeline: TimelineRecorder
    /// Every second of the measurement, by kind and outcome; nil where nobody asked for it.
    private(set) var series: SeriesLog?
    private var outstanding = OutstandingIntegral()
    private var run = Completion(
        kind: 0,
        outcome: .ok,
        reason: 0,
        intendedAt: 0,
        firstSentAt: 0
    )
    private var runAt: Int64 = 0
    private var runCount = 0

    private struct Failure: Hashable {
        var reason: UInt8
        var outcome: Outcome
    }

    /// 100,000 of them are the whole of a one-second stall at 100,000 requests per second.
    static let slowRequestLimit = 100_000

    static let outcomes = 3

    init(
        kinds names: [String],
        measureStart: Int64,
        measureEnd: Int64,
        keepsSeries: Bool = false,
        keepsFaultEvidence: Bool = true
    ) {
        self.keepsFaultEvidence = keepsFaultEvidence
        if keepsSeries {
            series = SeriesLog(
                series: names.count * Self.outcomes,
                origin: measureStart,
                width: 1_000_000_000
            )
        }
        kindNames = names
        kinds = names.map { _ in Kind() }
        self.measureStart = measureStart
        self.measureEnd = measureEnd
        timeline = TimelineRecorder(origin: measureStart, keepsTenths: keepsFaultEvidence)
    }

    mutating func begin(intendedAt: Int64, at now: Int64, isScheduled: Bool) {
        outstanding.change(by: 1, at: now, within: measureStart..<measureEnd)
        guard isScheduled else { return }
        // Between the two it was nowhere.
        attendance.time -= overlap(intendedAt, now)
        guard isMeasured(intendedAt) else { return }
        issued += 1
        sendLag.record(nanoseconds: UInt64(max(0, now - intendedAt)))
    }

    /// Notes that a request that was not due waited for its turn, which its latency leaves out.
    mutating func wait(from start: Int64, to now: Int64) {
        attendance.time += overlap(start, now)
    }

    /// Notes the end of a request.
    ///
    /// What a read brings in one go often is one and the same observation many times over: sent
    /// together, answered together. So such runs are counted first, and recorded once.
    mutating func end(_ completion: Completion, at now: Int64) {
        outstanding.change(by: -1, at: now, within: measureStart..<measureEnd)
        if now == runAt, completion == run {
            runCount += 1
        } else {
            endRun()
            (run, runAt, runCount) = (completion, now, 1)
        }
    }

    /// Records what was only counted; call it before anything is read.
    mutating func endRun() {
        guard runCount > 0 else { return }
        let (completion, now, count) = (run, runAt, runCount)
        runCount = 0
        let latency = UInt64(max(0, now - completion.intendedAt))
        timeline.record(completion.outcome, latency: latency, count: count, at: now)
        total.count(completion.outcome, count)
        let spent = overlap(completion.intendedAt, now)
        if spent > 0 {
            attendance.requests += count
            attendance.time += spent * Double(count)
        }
        if completion.outcome == .ok {
            interval.record(nanoseconds: latency, count: UInt64(count))
            if now >= measureStart, now < measureEnd { completedInMeasurement += count }
            noteSuccess(at: now)
        }
        guard isMeasured(completion.intendedAt) else { return }
        let kind = completion.kind
        let outcome = Int(completion.outcome.rawValue)
        series?.record(
            kind * Self.outcomes + outcome,
            nanoseconds: latency,
            count: UInt64(count),
            at: max(now, measureStart)
        )
        kinds[kind].counts.count(completion.outcome, count)
        if completion.outcome == .ok {
            kinds[kind].latency.record(nanoseconds: latency, count: UInt64(count))
            let service = UInt64(max(0, now - completion.firstSentAt))
            kinds[kind].service.record(nanoseconds: service, count: UInt64(count))
            if completion.isMissing { kinds[kind].missing += count }
        } else {
            let failure = Failure(reason: completion.reason, outcome: completion.outcome)
            failures[failure, default: 0] += count
        }
        if keepsFaultEvidence, latency > UInt64(SlowRequest.threshold) {
            for _ in 0..<count { remember(completion, at: now) }
        }
    }

    private mutating func noteSuccess(at now: Int64) {
        let start = max(lastSuccessAt, measureStart)
        lastSuccessAt = now
        let longest = longestClosedGap?.length ?? -1
        if now - start > longest, now >= measureStart {
            longestClosedGap = WorkerResult.Gap(start: start, end: now)
        }
    }

    /// One that no success has ended counts up to the end of the measurement.
    var longestGap: WorkerResult.Gap? {
        let open = WorkerResult.Gap(start: max(lastSuccessAt, measureStart), end: measureEnd)
        guard open.length > longestClosedGap?.length ?? 0 else { return longestClosedGap }
        return open
    }

    mutating func resetInterval() {
        interval.reset()
    }

    mutating func finishSeries() -> SeriesLog? {
        endRun()
        series?.finish()
        return series
    }

    mutating func finishTimeline() -> Timeline {
        endRun()
        return timeline.finish()
    }

    /// Requests under way, averaged over the measurement.
    mutating func meanOutstanding(at now: Int64) -> Double {
        let window = measureStart..<measureEnd
        outstanding.change(by: 0, at: now, within: window)
        return window.isEmpty ? 0 : outstanding.integral / Double(window.count)
    }

    var failureCounts: [FailureCount] {
        failures.map { failure, count in
            FailureCount(
                name: names.names[Int(failure.reason)],
                outcome: failure.outcome,
                count: count
            )
        }
        .sorted { ($0.name, $0.outcome.rawValue) < ($1.name, $1.outcome.rawValue) }
    }

    /// How much of a stretch lies in the measurement, in nanoseconds.
    private func overlap(_ start: Int64, _ end: Int64) -> Double {
        Double(max(0, min(end, measureEnd) - max(start, measureStart)))
    }

    private func isMeasured(_ intendedAt: Int64) -> Bool {
        intendedAt >= measureStart && intendedAt < measureEnd
    }

    private mutating func remember(_ completion: Completion, at now: Int64) {
        guard slowRequests.count < Self.slowRequestLimit else {
            slowRequestsDropped += 1
            return
        }
        slowRequests.append(
            SlowRequest(
                startedAt: completion.intendedAt,
                completedAt: now,
                outcome: completion.outcome
            )
        )
    }
}

/// How many requests were there during the measurement, and for how long together, in nanoseconds.
struct Attendance {
    var requests = 0
    var time = 0.0
}

/// The number of requests under way, integrated over the measurement.
private struct OutstandingIntegral {
    private(set) var integral = 0.0
    private var current = 0
    private var changedAt: Int64 = 0

    mutating func change(by difference: Int, at now: Int64, within window: Range<Int64>) {
        if now != changedAt {
            let lower = max(changedAt, window.lowerBound)
            let upper = min(now, window.upperBound)
            if upper > lower { integral += Double(current) * Double(upper - lower) }
            changedAt = now
        }
        current += difference
    }
}
