import Consistency
import Experiments
import Report
import Testing

@Suite struct GateJudgementTests {
    private func gates(_ text: String) throws -> [Gate] {
        let plan = try Plan(
            file: "p.yaml",
            text: "plan: p\nsystem: { kind: keel }\nworkload: { kind: ycsb-a }\ngates: \(text)\n"
        )
        return try #require(plan.cells.first).gates
    }

    private var trial: TrialRecord {
        var trial = TrialRecord(seed: 1, directory: "", duration: 10, verdict: .valid)
        trial.throughput = 1999.6
        trial.latency = LatencySummary(count: 100, p50: 0.001, p99: 0.05, p999: 0.1, max: 0.2)
        trial.ledger = LedgerAccount()
        trial.ledger?.lost = 3
        trial.availability = AvailabilityAccount(
            probes: 5,
            samples: 500,
            successes: 0.99,
            worstOutage: .init(initialPrimary: 1, start: 2, end: 2.5),
            faults: [cost(0.4), cost(nil)]
        )
        return trial
    }

    private func cost(_ recovery: Double?) -> AvailabilityAccount.FaultCost {
        .init(
            fault: 0,
            name: "pause",
            firstFreshSuccess: recovery,
            worstOutage: nil,
            stuckTail: nil,
            timeToNinetyPercent: nil,
            rateBefore: nil
        )
    }

    @Test(arguments: [
        ("{ lostAcknowledgedWrites: 3 }", true, "3"),
        ("{ lostAcknowledgedWrites: 2 }", false, "3"),
        ("{ longestOutage: \"<=500ms\" }", true, "500 ms"),
        ("{ longestOutage: \"<500ms\" }", false, "500 ms"),
        ("{ p99: \"<=50ms\" }", true, "50 ms"),
        ("{ p99: \"<10ms\" }", false, "50.0 ms"),
        ("{ max: \"<100ms\" }", false, "200 ms"),
        ("{ throughput: \">=2000/s\" }", false, "1,999.6/s"),
        ("{ throughput: \">1000/s\" }", true, "2,000/s"),
        ("{ timeToRecover: \"<10s\" }", false, "never"),
    ])
    func `a gate holds its bound against the trial`(
        text: String,
        passed: Bool,
        actual: String
    ) throws {
        let judged = try #require(try gates(text).first).judged(on: trial)
        #expect(judged.passed == passed)
        #expect(judged.actual == actual)
    }

    @Test func `the limit reads like the figure, and loses no digit`() throws {
        let texts = try gates(
            "{ lostAcknowledgedWrites: 1000, p99: \"<52.414ms\", p50: \"<10us\", throughput: \">4000/s\" }"
        )
        .map { $0.judged(on: trial).limit }
        #expect(texts == ["<= 1,000", "< 10 µs", "< 52.414 ms", "> 4,000/s"])
    }

    @Test func `a figure that the trial does not have decides nothing`() throws {
        let empty = TrialRecord(seed: 1, directory: "", duration: 10, verdict: .valid)
        for gate in try gates("{ lostAcknowledgedWrites: 0, p99: \"<1s\", throughput: \">1/s\" }") {
            #expect(gate.judged(on: empty).passed == nil)
        }
        var few = empty
        few.latency = LatencySummary(count: 900, p50: 0.001, p99: nil, p999: nil, max: 0.2)
        let judged = try gates("{ p50: \"<1s\", p99: \"<1s\", p999: \"<1s\" }").map {
            $0.judged(on: few).passed
        }
        #expect(judged == [true, nil, nil], "too few requests lie above the others")
    }
}
