import Consistency
import Histories
import Report
import Testing

@Suite struct ChartTests {
    private let time = LinearScale(domain: 0...20, start: 100, end: 500)

    @Test func `ticks are round numbers within the domain`() {
        #expect(time.ticks(about: 5) == [0, 5, 10, 15, 20])
        #expect(
            LinearScale(domain: -3...20, start: 0, end: 1).ticks(about: 6) == [0, 5, 10, 15, 20]
        )
        #expect(LinearScale(domain: 0...0, start: 0, end: 1).ticks(about: 3).count <= 4)
        for span in [0.003, 0.7, 4, 59, 12_345] {
            let count = LinearScale(domain: 0...span, start: 0, end: 1).ticks(about: 8).count
            #expect((3...9).contains(count), "\(span)")
        }
    }

    @Test func `each factor of ten is equally tall`() {
        let scale = LatencyScale(domain: 1e-4...1, bottom: 400, top: 0)
        #expect(scale(1e-4) == 400)
        #expect(abs(scale(1e-3) - 300) < 1e-6)
        #expect(abs(scale(0.1) - 100) < 1e-6)
        #expect(scale(50) == scale(1), "outside is drawn at the edge")
        #expect(scale.decades == [1e-4, 1e-3, 1e-2, 1e-1, 1])
    }

    @Test func `the latency axis holds what it is given, and two decades at least`() {
        let wide = LatencyScale.domain(of: [0.000_25, 0.7])
        #expect(wide == 0.000_2...1)
        let narrow = LatencyScale.domain(of: [0.003])
        #expect(narrow.lowerBound <= 0.003 && narrow.upperBound >= 0.003)
        #expect(narrow.upperBound / narrow.lowerBound >= 99)
        #expect(LatencyScale.domain(of: [0, -1, .nan]) == 1e-4...1)
    }

    @Test func `a line breaks where a bucket has no value`() {
        let points: [(x: Double, y: Double?)] = [
            (0, 1), (1, 2.25), (2, nil), (3, 4), (4, nil), (5, 6),
        ]
        let path = LinePath.svg(points, class: "p50")
        #expect(path == "<path class=\"line p50\" d=\"M0 1L1 2.3M3 4h.1M5 6h.1\"/>")
        #expect(LinePath.svg([(0, nil)], class: "p50") == "")
    }

    @Test func `neighbours of one shade become one run`() {
        let runs = DensityMap.runs(of: [1, 1, nil, 1, 2, 2])
        #expect(
            runs == [
                .init(start: 0, length: 2, shade: 1), .init(start: 3, length: 1, shade: 1),
                .init(start: 4, length: 2, shade: 2),
            ]
        )
        #expect(DensityMap.shade(1, of: 1000) == 0, "a single request is seen")
        #expect(DensityMap.shade(1000, of: 1000) == 5)
        #expect(DensityMap.shade(1, of: 1) == 5)
    }

    @Test func `the density map puts a band where its latency is`() throws {
        let band = LatencyBand(nanoseconds: 1_048_576)
        let columns = [0, 1].map { index in
            TimelineBucket(
                start: Double(index) / 10,
                ok: 9,
                failed: 0,
                unknown: 0,
                density: [.init(band: band, count: 9)]
            )
        }
        let latency = LatencyScale(domain: 1.024e-6...1.073_741_824, bottom: 200, top: 0)
        let svg = DensityMap.svg(columns, time: time, latency: latency)
        // Ten octaves of ten pixels lie below 1.048 ms, and a band is a quarter of one.
        #expect(
            svg == "<g class=\"density\" transform=\"translate(100 201.3) scale(2.0000 2.5000)\">"
                + "<path class=\"d6\" d=\"M0 -41h2\"/></g>"
        )
    }

    @Test func `outcomes are stacked, and each area is closed`() {
        let columns = [
            TimelineBucket(start: 0, ok: 10, failed: 0, unknown: 0),
            TimelineBucket(start: 0.1, ok: 5, failed: 5, unknown: 0),
        ]
        let rate = LinearScale(domain: 0...100, start: 100, end: 0)
        let svg = OutcomeStrip.svg(columns, time: time, rate: rate, width: 0.1)
        #expect(
            svg == "<path class=\"area ok\" d=\"M100 100V0H102V50H104V100H102V100H100z\"/>"
                + "<path class=\"area failed\" d=\"M102 50V0H104V50H102z\"/>"
        )
    }

    @Test func `a column that catches up does not set the axis, and is marked`() {
        var columns = (0..<20).map { index in
            TimelineBucket(start: Double(index) / 10, ok: 200, failed: 0, unknown: 0)
        }
        columns[5].ok = 2500
        #expect(OutcomeStrip.shownPeak(columns, 0.1, 2000) == 4000)
        #expect(OutcomeStrip.shownPeak(columns, 0.1, nil) == 4000)
        #expect(OutcomeStrip.shownPeak([], 0.1, nil) == 0)
        let rate = LinearScale(domain: 0...4000, start: 100, end: 0)
        let svg = OutcomeStrip.svg(columns, time: time, rate: rate, width: 0.1)
        #expect(!svg.contains("V-"), "nothing is drawn above the strip")
        let marks = OutcomeStrip.clipMarks(columns, time: time, rate: rate, width: 0.1)
        #expect(marks.contains(">25,000/s</text>"))
        columns[5].ok = 200
        #expect(OutcomeStrip.clipMarks(columns, time: time, rate: rate, width: 0.1) == "")
    }

    @Test func `a single failure among thousands is seen`() {
        let columns = [TimelineBucket(start: 0, ok: 400, failed: 1, unknown: 1)]
        let rate = LinearScale(domain: 0...4020, start: 100, end: 0)
        let svg = OutcomeStrip.svg(columns, time: time, rate: rate, width: 0.1)
        #expect(svg.contains("<path class=\"area unknown\" d=\"M100 4V2H102V4H100z\"/>"))
        #expect(svg.contains("<path class=\"area failed\" d=\"M100 2V0H102V2H100z\"/>"))
    }

    @Test func `every fault's outage is drawn, and those of a few probes are not`() {
        func cost(_ start: Double, _ end: Double) -> AvailabilityAccount.FaultCost {
            .init(
                fault: 0,
                name: "pause",
                firstFreshSuccess: nil,
                worstOutage: end - start,
                outage: .init(initialPrimary: 1, start: start, end: end),
                stuckTail: nil,
                timeToNinetyPercent: nil,
                rateBefore: nil
            )
        }
        let account = AvailabilityAccount(
            probes: 1,
            samples: 1,
            successes: 1,
            worstOutage: .init(initialPrimary: 1, start: 12, end: 14),
            faults: [cost(12, 14), cost(2, 3), cost(5, 5.02)]
        )
        let outages = OutageMark.outages(of: account)
        #expect(outages.map(\.start) == [2, 12])
        let svg = OutageMark.svg(outages, time: time, top: 0)
        #expect(svg.ranges(of: "<rect").count == 2)
        #expect(svg.contains("outage: 1.00 s, from 2.000 s to 3.000 s"))
    }

    private func fault(_ name: String, _ applied: Double?, _ healed: Double?) -> FaultRecord {
        FaultRecord(
            fault: name,
            target: "primary",
            resolvedTarget: "node 1",
            scheduledAt: applied ?? 0,
            appliedAt: applied,
            healedAt: healed
        )
    }

    @Test func `faults share a lane unless they or their labels overlap`() {
        #expect(
            FaultLanes([fault("pause", 1, 2), fault("pause", 12, 13)], time: time).laneCount == 1
        )
        #expect(
            FaultLanes([fault("pause", 1, 2), fault("pause", 3, 4)], time: time).laneCount == 2
        )
        #expect(FaultLanes([fault("pause", nil, nil)], time: time).laneCount == 0)
        #expect(FaultLanes([fault("pause", 18, nil)], time: time).laneCount == 1)
    }

    @Test func `a fault's name cannot break out of the chart`() {
        let lanes = FaultLanes([fault("</title><script>\"", 1, 2)], time: time)
        let svg = lanes.svg(top: 0, bottom: 100, kinds: [])
        #expect(!svg.contains("<script"))
        #expect(svg.contains("&lt;/title&gt;&lt;script&gt;&quot;"))
    }

    @Test func `lost writes close together share a mark that counts them`() {
        let losses = [1.0, 1.01, 9].map { at in
            Loss(
                key: 1,
                survivor: nil,
                firstLost: 1,
                lastLost: 2,
                count: 2,
                firstAcknowledgedAt: nil,
                acknowledgedAt: at,
                follows: nil,
                judgement: .violation,
                explanation: ""
            )
        }
        let svg = LossMarks.svg(losses, time: time, top: 0)
        #expect(svg.contains("<title>4 lost, acknowledged at 1.000 s</title>"))
        #expect(svg.contains("<title>2 lost, acknowledged at 9.000 s</title>"))
        #expect(svg.contains(">6 lost</text>"))
    }

    @Test func `a long timeline is folded, and no request is dropped`() {
        let band = LatencyBand(nanoseconds: 5_000_000)
        let timeline = (0..<5000).filter { $0 % 7 != 3 }.map { index in
            TimelineBucket(
                start: Double(index) / 10,
                ok: 3,
                failed: 1,
                unknown: 0,
                p50: 0.005,
                p99: 0.005,
                max: index == 4001 ? 2 : 0.006,
                density: [.init(band: band, count: 3)]
            )
        }
        let (columns, width) = TimelineBucket.columns(of: timeline, limit: 500)
        #expect(columns.count == 500)
        #expect(abs(width - 1) < 1e-9)
        #expect(columns.reduce(0) { $0 + $1.ok } == timeline.count * 3)
        #expect(columns.reduce(0) { $0 + $1.failed } == timeline.count)
        #expect(columns[400].max == 2)
        #expect(columns[0].ok == 27 && columns[0].p50 == Double(band.upperBound) / 1e9)
        #expect(columns[0].p99 == nil, "fewer than ten requests lie above it")
        #expect(TimelineBucket.columns(of: [], limit: 500).columns.isEmpty)
    }

    @Test func `buckets that are wider than the usual have nothing between them`() {
        let timeline = (0..<100).map { index in
            TimelineBucket(start: Double(index) * 0.7, ok: 1, failed: 0, unknown: 0)
        }
        let (columns, width) = TimelineBucket.columns(of: timeline, limit: 500, width: 0.7)
        #expect(columns == timeline && width == 0.7)
    }
}
