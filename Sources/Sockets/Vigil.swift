/// Decides when a loop waits awake instead of asleep.
///
/// A sleeping thread wakes tens of microseconds late, and that would be measured as the server's
/// latency. So what is due soon is awaited by asking again and again: the next request of a
/// schedule, from about as long before as waking takes, and an answer, as long as most take. It
/// stops where the thread is busy anyway, or where others want its core.
public struct Vigil {
    /// Nanoseconds that were spent asking in vain.
    public private(set) var time: Int64 = 0

    /// How late the thread woke from its sleeps.
    private var lateness = RunningQuantile(50_000, step: 1000, within: 2000...150_000)
    /// How long answers take.
    private var answer = RunningQuantile(100_000, step: 2000, within: 5000...1_000_000)
    /// When the last request was sent whose answer is awaited.
    private var sentAt: Int64?
    /// What may yet be spent: sleep earns, being awake costs.
    private var credit: Int64 = 0
    private var accountedAt: Int64
    private var preemptionsBefore: Int
    private var judgedAt: Int64
    private var suspendedUntil: Int64 = 0
    private var suspension = Self.shortestSuspension

    /// The part of a core, in percent, that the thread may use in all and still wait awake.
    public static let mostUse: Int64 = 60
    private static let mostCredit: Int64 = 5_000_000
    /// An answer that takes longer is not awaited: what waking costs is little beside it.
    private static let longestAnswer: Int64 = 200_000
    /// No sleep is worth its wake-up that lasts no longer.
    private static let shortestSleep: Int64 = 10_000
    private static let judgementInterval: Int64 = 50_000_000
    /// As often in one interval says that somebody else wants this core.
    private static let fewPreemptions = 10
    private static let shortestSuspension: Int64 = 1_000_000_000
    private static let longestSuspension: Int64 = 16_000_000_000

    public init(at now: Int64, preemptions: Int) {
        accountedAt = now
        judgedAt = now
        preemptionsBefore = preemptions
    }

    /// Until when to stay awake, and then, if nothing came, until when to sleep.
    struct Course: Equatable {
        var awake: Int64
        var asleep: Int64
    }

    /// - Parameter pace: When the next request is due.
    /// - Parameter alarm: When something is due that may as well be a little late.
    func course(at now: Int64, pace: Int64, alarm: Int64) -> Course {
        let next = min(pace, alarm)
        guard credit > 0, now >= suspendedUntil else { return Course(awake: now, asleep: next) }
        var awake = now
        if let sentAt, answer.value <= Self.longestAnswer {
            awake = max(now, sentAt + answer.value)
        }
        let asleep = min(alarm, pace == .max ? .max : pace - lateness.value)
        guard awake < next, asleep > awake + Self.shortestSleep else {
            return Course(awake: next, asleep: next)
        }
        return Course(awake: awake, asleep: asleep)
    }

    public mutating func sent(at now: Int64) { sentAt = now }

    public mutating func answered(after time: Int64) { answer.observe(time) }

    /// Nothing is awaited any more.
    public mutating func allAnswered() { sentAt = nil }

    /// Takes a wait into the account.
    ///
    /// - Parameter overslept: By how much, where nothing but time ended the sleep.
    mutating func waited(
        from start: Int64,
        awakeUntil: Int64,
        until end: Int64,
        overslept: Int64?
    ) {
        time += awakeUntil - start
        if let overslept { lateness.observe(overslept) }
        let earned = (end - awakeUntil) - (end - accountedAt) * (100 - Self.mostUse) / 100
        credit = max(-Self.mostCredit, min(Self.mostCredit, credit + earned))
        accountedAt = end
    }

    /// Whether it is time for `judge`.
    func isJudgementDue(at now: Int64) -> Bool { now - judgedAt >= Self.judgementInterval }

    /// Gives the core up for a while where others have taken it often: they are what is measured.
    mutating func judge(at now: Int64, preemptions: Int) {
        let count = preemptions - preemptionsBefore
        (preemptionsBefore, judgedAt) = (preemptions, now)
        guard now >= suspendedUntil else { return }
        if count > Self.fewPreemptions {
            suspendedUntil = now + suspension
            suspension = min(suspension * 2, Self.longestSuspension)
        } else if now - suspendedUntil > Self.longestSuspension {
            suspension = Self.shortestSuspension
        }
    }
}

/// About the value that nine of ten observations do not exceed, in constant space.
struct RunningQuantile {
    private(set) var value: Int64
    private let step: Int64
    private let range: ClosedRange<Int64>

    init(_ start: Int64, step: Int64, within range: ClosedRange<Int64>) {
        value = start
        self.step = step
        self.range = range
    }

    mutating func observe(_ observation: Int64) {
        let moved = observation > value ? value + step * 9 : value - step
        value = max(range.lowerBound, min(range.upperBound, moved))
    }
}
