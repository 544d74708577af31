import Consistency
import Histories
import Testing

@Suite struct AvailabilityCheckerTests {
    private static let millisecond: Int64 = 1_000_000

    /// Probes every 20 ms for 20 s, each answered after 1 ms unless `down` says no.
    private func probe(_ name: Int, down: ClosedRange<Int>? = nil) -> [ProbeSample] {
        (0..<1000).map { index in
            let sent = index * 20
            let failed = down?.contains(sent) ?? false
            return ProbeSample(
                initialPrimary: name,
                sentAt: Int64(sent) * Self.millisecond,
                completedAt: Int64(sent + (failed ? 250 : 1)) * Self.millisecond,
                outcome: failed ? .unknown : .ok
            )
        }
    }

    private func fault(_ name: String, _ applied: Int, _ healed: Int?) -> FaultMark {
        FaultMark(
            name: name,
            appliedAt: Int64(applied) * Self.millisecond,
            healedAt: healed.map { Int64($0) * Self.millisecond },
            nodes: [],
            hasEvidence: true
        )
    }

    private func evidence(
        _ probes: [ProbeSample],
        _ faults: [FaultMark],
        rates: [Int] = [],
        slow: [SlowRequest] = []
    ) -> TrialEvidence {
        TrialEvidence(
            measurementStart: 0,
            measurementEnd: 20_000 * Self.millisecond,
            okPerBucket: rates,
            faults: faults,
            probes: probes,
            slowRequests: slow
        )
    }

    private func account(_ evidence: TrialEvidence) throws -> AvailabilityAccount {
        try #require(AvailabilityChecker().check(evidence).account as? AvailabilityAccount)
    }

    @Test func `the worst outage is the longest stretch without a success of any probe`() throws {
        let probes = probe(0) + probe(1, down: 5000...5400) + probe(2, down: 12_000...12_100)
        let account = try account(evidence(probes, []))
        let worst = try #require(account.worstOutage)
        #expect(worst.initialPrimary == 1)
        #expect(abs(worst.start - 4.981) < 1e-6)
        #expect(abs(worst.end - 5.421) < 1e-6)
        #expect(account.probes == 3)
    }

    @Test func `each fault is charged with its own outage`() throws {
        let probes = probe(0) + probe(1, down: 5000...5400) + probe(2, down: 12_000...12_100)
        let faults = [fault("crash", 5010, 10_000), fault("cut", 11_995, 16_000)]
        let costs = try account(evidence(probes, faults)).faults
        #expect(costs.map(\.name) == ["crash", "cut"])
        let fresh = try costs.map { try #require($0.firstFreshSuccess) }
        #expect(abs(fresh[0] - 0.411) < 1e-6)
        #expect(abs(fresh[1] - 0.126) < 1e-6)
        let outages = try costs.map { try #require($0.worstOutage) }
        #expect(abs(outages[0] - 0.44) < 1e-6)
        #expect(abs(outages[1] - 0.14) < 1e-6)
    }

    @Test func `a probe that never comes back leaves the verdict unknown`() {
        let probes = probe(0) + probe(1, down: 5000...20_000)
        let checker = AvailabilityChecker()
        #expect(
            checker.check(evidence(probes, [fault("cut", 5000, 9000)])).verdict.name == "unknown"
        )
        #expect(checker.check(evidence(probes, [fault("crash", 5000, nil)])).verdict == .valid)
        #expect(checker.check(evidence([], [])).verdict.name == "unknown")
        #expect(checker.check(evidence(probe(0, down: 0...20_000), [])).verdict.name == "unknown")
    }

    @Test func `an outage at the end of measurement counts`() throws {
        let account = try account(evidence(probe(1, down: 15_000...20_000), []))
        #expect(abs((account.worstOutage?.end ?? 0) - 20) < 1e-6)
        #expect(abs((account.worstOutage?.duration ?? 0) - 5.019) < 1e-6)
    }

    @Test func `the rate is back when half a second reaches 90 percent of before`() throws {
        var rates = [Int](repeating: 100, count: 200)
        for bucket in 50..<58 { rates[bucket] = 5 }
        let faults = [fault("crash", 5000, 10_000), fault("cut", 12_000, 16_000)]
        let costs = try account(evidence(probe(0), faults, rates: rates)).faults
        let back = try #require(costs[0].timeToNinetyPercent)
        #expect(abs(back - 0.8) < 1e-6)
        #expect(abs((costs[0].rateBefore ?? 0) - 1000) < 1e-6)
        #expect(costs[1].timeToNinetyPercent == 0)
    }

    @Test func `a rate that does not come back has no time`() throws {
        var rates = [Int](repeating: 100, count: 200)
        for bucket in 50..<200 { rates[bucket] = 50 }
        let costs = try account(evidence(probe(0), [fault("crash", 5000, nil)], rates: rates))
            .faults
        #expect(costs[0].timeToNinetyPercent == nil)
        #expect(costs[0].rateBefore != nil)
    }

    @Test func `the stuck tail is the slowest request under way during the fault`() throws {
        let slow = [
            SlowRequest(startedAt: 1_000_000_000, completedAt: 4_000_000_000, outcome: .ok),
            SlowRequest(startedAt: 4_900_000_000, completedAt: 5_700_000_000, outcome: .ok),
            SlowRequest(startedAt: 5_100_000_000, completedAt: 6_400_000_000, outcome: .unknown),
        ]
        let faults = [fault("crash", 5000, 10_000), fault("cut", 12_000, 16_000)]
        let costs = try account(evidence(probe(0), faults, slow: slow)).faults
        #expect(abs((costs[0].stuckTail ?? 0) - 1.3) < 1e-6)
        #expect(costs[1].stuckTail == 0)
        #expect(costs[0].requests == nil, "nobody counted them")
    }

    @Test func `what the next fault strikes before it was slow is charged to that fault alone`()
        throws
    {
        let slow = [
            SlowRequest(startedAt: 5_000_000_000, completedAt: 5_400_000_000, outcome: .ok),
            SlowRequest(startedAt: 11_990_000_000, completedAt: 15_000_000_000, outcome: .ok),
        ]
        let probes = probe(0) + probe(1, down: 5000...5400) + probe(2, down: 12_000...14_000)
        let faults = [fault("crash", 5000, 10_000), fault("cut", 12_000, 16_000)]
        let costs = try account(evidence(probes, faults, slow: slow)).faults
        let stuck = try costs.map { try #require($0.stuckTail) }
        #expect(abs(stuck[0] - 0.4) < 1e-6 && abs(stuck[1] - 3.01) < 1e-6, "\(stuck)")
        let outages = try costs.map { try #require($0.worstOutage) }
        #expect(abs(outages[0] - 0.44) < 1e-6 && abs(outages[1] - 2.04) < 1e-6, "\(outages)")
        #expect(costs.map(\.outage?.initialPrimary) == [1, 2])
    }

    @Test func `what was slow already when the next fault struck is charged to both`() throws {
        let slow = [
            SlowRequest(startedAt: 5_000_000_000, completedAt: 15_000_000_000, outcome: .ok)
        ]
        let faults = [fault("crash", 5000, 10_000), fault("cut", 12_000, 16_000)]
        let probes = probe(0) + probe(1, down: 5000...13_000)
        let costs = try account(evidence(probes, faults, slow: slow)).faults
        #expect(costs.map(\.stuckTail) == [10, 10])
        #expect(costs.map(\.outage?.initialPrimary) == [1, 1])
    }

    @Test func `of two faults in one moment neither is without its outage`() throws {
        let probes = probe(0, down: 5000...5400)
        let faults = [fault("cut", 5000, 10_000), fault("crash", 5010, nil)]
        let costs = try account(evidence(probes, faults)).faults
        #expect(costs.allSatisfy { abs(($0.worstOutage ?? 0) - 0.44) < 1e-6 }, "\(costs)")
    }

    @Test func `each fault has the requests that failed, stayed unknown or came late in its time`()
        throws
    {
        let slow = [
            SlowRequest(startedAt: 4_900_000_000, completedAt: 5_700_000_000, outcome: .ok),
            SlowRequest(startedAt: 5_100_000_000, completedAt: 5_800_000_000, outcome: .ok),
            SlowRequest(startedAt: 5_200_000_000, completedAt: 6_400_000_000, outcome: .unknown),
            SlowRequest(startedAt: 19_900_000_000, completedAt: 21_000_000_000, outcome: .ok),
        ]
        var evidence = evidence(
            probe(0),
            [fault("crash", 5030, 10_000), fault("cut", 12_000, 16_000)],
            slow: slow
        )
        evidence.failedPerBucket = Array(repeating: 0, count: 220)
        evidence.unknownPerBucket = Array(repeating: 0, count: 220)
        evidence.failedPerBucket[49] = 1
        evidence.failedPerBucket[50] = 2
        evidence.failedPerBucket[119] = 4
        evidence.failedPerBucket[120] = 8
        evidence.unknownPerBucket[70] = 16
        // While the load drains.
        evidence.unknownPerBucket[219] = 32
        let costs = try account(evidence).faults.map(\.requests)
        #expect(
            costs == [
                .init(failed: 6, unknown: 16, late: 2), .init(failed: 8, unknown: 32, late: 1),
            ]
        )
    }
}
