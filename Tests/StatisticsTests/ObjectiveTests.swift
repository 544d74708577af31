import Quantities
import Testing

@testable import Statistics

@Suite struct ObjectiveTests {
    @Test(arguments: [
        ("p99<5ms", "p99 < 5ms"), ("p99.9 <= 20ms", "p99.9 <= 20ms"), ("p999<1s", "p99.9 < 1s"),
        ("errors<0.1%", "errors < 0.1%"), ("errors<=0", "errors <= 0%"),
        ("throughput>10000/s", "throughput > 10000/s"), ("max<1s", "max < 1s"),
        ("mean<100us", "mean < 100us"), ("read.p99<2ms", "read.p99 < 2ms"),
        ("read.p99.9<2ms", "read.p99.9 < 2ms"), ("service-p99.99<=3ms", "service-p99.99 <= 3ms"),
        ("p9999<3ms", "p99.99 < 3ms"), ("update.throughput>=5/s", "update.throughput >= 5/s"),
    ])
    func `objectives are read and written`(text: String, written: String) throws {
        let objective = try Objective(parsing: text)
        #expect(objective.text == written)
        #expect(try Objective(parsing: objective.text) == objective)
    }

    @Test(arguments: [
        ("", "no < or >"), ("p99", "no < or >"), ("p99<", "no bound"), ("p99<5", "no bound"),
        ("p99>5ms", "less is better"), ("throughput<5/s", "more is better"), ("p100<5ms", "figure"),
        ("p0<5ms", "figure"), ("errors<5ms", "no bound"), ("erors<1%", "did you mean \"errors\"?"),
        ("throughput>5", "no bound"), ("p99<5ms<6ms", "no bound"), ("errors<101%", "no bound"),
        ("pp<1s", "figure"), ("p99<<5ms", "no bound"), ("<5ms", "figure"),
    ])
    func `nonsense is refused with what to write`(text: String, words: String) {
        do throws(WordingProblem) {
            _ = try Objective(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test(arguments: [
        ("p99<5ms", true), ("p99<0.98ms", false), ("errors<1%", false), ("errors<=2%", true),
        ("throughput>199/s", true), ("throughput>200/s", false), ("max<=1ms", true),
        ("service-max<600us", true), ("mean<0.6ms", true), ("read.throughput>90/s", true),
        ("update.throughput>100/s", false),
    ])
    func `a measurement is held against them`(text: String, isMet: Bool) throws {
        let judgement = ObjectiveJudgement(
            try Objective(parsing: text),
            kinds: Self.kinds,
            seconds: 10
        )
        switch judgement.verdict {
        case .met: #expect(isMet, "\(judgement.text)")
        case .missed: #expect(!isMet, "\(judgement.text)")
        case .undecided(let reason): Issue.record("\(text): \(reason)")
        }
    }

    @Test(arguments: [
        ("p99.9<5ms", "2000 successes are too few: it takes 10000"),
        ("insert.p99<5ms", "no requests called insert"),
    ])
    func `what cannot be said is not said`(text: String, words: String) throws {
        let judgement = ObjectiveJudgement(
            try Objective(parsing: text),
            kinds: Self.kinds,
            seconds: 10
        )
        guard case .undecided(let reason) = judgement.verdict else {
            Issue.record("\(judgement.text)")
            return
        }
        #expect(reason.contains(words))
        #expect(
            ObjectiveJudgement(try Objective(parsing: "errors<1%"), kinds: [], seconds: 1).verdict
                == .undecided("there were no requests called anything")
        )
    }

    /// 1,000 reads and 1,000 updates that took up to a millisecond, and 40 that failed.
    private static var kinds: [(name: String, figures: RequestFigures)] {
        ["read", "update"].map { name in
            var figures = RequestFigures(succeeded: 1000, ended: 1020)
            for value in 1...1000 {
                figures.response.record(nanoseconds: UInt64(value) * 1000)
                figures.service.record(nanoseconds: UInt64(value) * 500)
            }
            return (name, figures)
        }
    }
}

@Suite struct GeneratorTrustTests {
    private static func evidence(
        lag: UInt64 = 20_000,
        late: UInt64 = 0,
        latency: UInt64 = 300_000
    ) -> GeneratorEvidence {
        var evidence = GeneratorEvidence(isOpenLoop: true)
        evidence.scheduled = 10_000
        evidence.issued = 10_000
        evidence.sendLag.record(nanoseconds: lag, count: 10_000 - late)
        evidence.sendLag.record(nanoseconds: 3_000_000, count: late)
        evidence.response.record(nanoseconds: latency, count: 10_000)
        evidence.busiestThread = 0.3
        return evidence
    }

    @Test func `a punctual generator is believed`() {
        #expect(VoidReason.reasons(Self.evidence()).isEmpty)
        #expect(VoidReason.reasons(Self.evidence(late: 99)).isEmpty)
        // A tenth of a p99 of 50 ms is more than 3 ms.
        #expect(VoidReason.reasons(Self.evidence(late: 500, latency: 50_000_000)).isEmpty)
    }

    @Test func `each rule has its reason`() {
        let late = VoidReason.reasons(Self.evidence(late: 101))
        #expect(late == [.lateSends(0.0101, limit: 0.001)])
        #expect(late[0].text == "the generator sent 1.0 % of the requests more than 1ms late")
        var busy = Self.evidence()
        busy.busiestThread = 0.86
        #expect(VoidReason.reasons(busy) == [.busyThread(0.86)])
        var short = Self.evidence()
        short.issued = 9899
        #expect(VoidReason.reasons(short) == [.underissued(0.9899)])
        #expect(short.issued > 0 && VoidReason.reasons(short)[0].text.contains("99.0 %"))
        busy.isOpenLoop = false
        #expect(VoidReason.reasons(busy).isEmpty)
        busy.busiestThread = 0.96
        #expect(VoidReason.reasons(busy) == [.rateSetter(0.96)])
        busy.maySetTheRate = true
        #expect(VoidReason.reasons(busy).isEmpty)
    }

    @Test func `Little's law holds, or something was not counted`() {
        #expect(LittlesLaw(underWay: 4, rate: 1000, meanTime: 0.004).holds)
        #expect(LittlesLaw(underWay: 4.1, rate: 1000, meanTime: 0.004).holds)
        let lost = LittlesLaw(underWay: 4, rate: 900, meanTime: 0.004)
        #expect(!lost.holds && abs(lost.gap - 0.1) < 1e-9)
        #expect(LittlesLaw(underWay: 0, rate: 0, meanTime: 0).holds)
    }
}
