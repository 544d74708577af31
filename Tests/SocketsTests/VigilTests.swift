import Testing

@testable import Sockets

/// On times that the tests make up: a request every 200 µs, answered after 50.
@Suite struct VigilTests {
    private static let period: Int64 = 200_000

    /// What became of a schedule that a vigil was kept for.
    private struct Course {
        var vigil: Vigil
        /// How late the requests of the last second were sent.
        var lateness: [Int64] = []
        var asleep: Int64 = 0
        var elapsed: Int64 = 0
    }

    /// - Parameters:
    ///   - oversleeps: How late a sleep ends.
    ///   - work: What a request takes besides.
    private func keep(
        _ seconds: Int64,
        oversleeps: Int64 = 35_000,
        answersAfter answer: Int64 = 50_000,
        work: Int64 = 10_000,
        preemptions: (Int64) -> Int = { _ in 0 }
    ) -> Course {
        var course = Course(vigil: Vigil(at: 0, preemptions: 0))
        var (now, due) = (Int64(0), Self.period)
        var sendings: [Int64] = []
        let end = seconds * 1_000_000_000
        while now < end {
            let start = now
            let plan = course.vigil.course(at: now, pace: due, alarm: .max)
            let event = sendings.first.map { $0 + answer } ?? .max
            var slept: Int64 = 0
            var overslept: Int64?
            if event <= plan.awake {
                now = max(now, event)
            } else {
                now = max(now, plan.awake)
                if plan.asleep > now {
                    let woken = min(plan.asleep, event)
                    overslept = woken == plan.asleep ? oversleeps : nil
                    slept = woken + oversleeps - now
                    now = woken + oversleeps
                }
            }
            course.vigil.waited(
                from: start,
                awakeUntil: now - slept,
                until: now,
                overslept: overslept
            )
            course.asleep += slept
            if course.vigil.isJudgementDue(at: now) {
                course.vigil.judge(at: now, preemptions: preemptions(now))
            }
            while let sentAt = sendings.first, sentAt + answer <= now {
                sendings.removeFirst()
                course.vigil.answered(after: now - sentAt)
                if sendings.isEmpty { course.vigil.allAnswered() }
            }
            if due <= now {
                if now > end - 1_000_000_000 { course.lateness.append(now - due) }
                due += Self.period
                now += work
                course.vigil.sent(at: now)
                sendings.append(now)
            }
        }
        course.elapsed = now
        return course
    }

    @Test func `requests leave on time although sleeps end late`() {
        let course = keep(3)
        #expect(course.lateness.count > 4900)
        #expect(course.lateness.sorted()[course.lateness.count * 99 / 100] < 5000)
        let awake = Double(course.elapsed - course.asleep) / Double(course.elapsed)
        #expect(awake > 0.2 && awake <= 0.61, "\(awake)")
        #expect(course.vigil.time > 0)
    }

    @Test func `a thread that is busy does not wait awake as well`() {
        let course = keep(3, work: 150_000)
        let idle = Double(course.vigil.time) / Double(course.elapsed)
        #expect(idle < 0.02, "\(idle)")
    }

    @Test func `answers that take long are not awaited`() {
        let course = keep(3, answersAfter: 900_000)
        // What is left is the little while before each request.
        let idle = Double(course.vigil.time) / Double(course.elapsed)
        #expect(idle < 0.3, "\(idle)")
    }

    @Test func `a core that others want is left to them`() {
        let course = keep(20) { now in Int(now / 1_000_000) }
        let idle = Double(course.vigil.time) / Double(course.elapsed)
        #expect(idle < 0.05, "\(idle)")
    }

    @Test func `a running quantile finds what nine of ten do not exceed`() {
        var quantile = RunningQuantile(0, step: 10, within: 0...1_000_000)
        for index in Int64(0)..<100_000 { quantile.observe((index * 7919) % 10_000) }
        #expect(abs(quantile.value - 9000) < 400, "\(quantile.value)")
    }
}
