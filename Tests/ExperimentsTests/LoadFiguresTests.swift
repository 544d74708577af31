import Experiments
import Foundation
import Histories
@testable import LoadGeneration
import Report
import Statistics
import Testing

@Suite struct LoadFiguresTests {
    private static let second: Int64 = 1_000_000_000

    /// A worker that measured from 10 s to 12 s, with these latencies in milliseconds.
    private func worker(
        _ index: Int,
        latencies: [Int],
        sendLags: [Int] = [0],
        scheduled: Int = 100,
        issued: Int = 100,
        offered: Double? = 50,
        processorTime: Double = 0.5,
        originShift: Int64 = 0
    ) -> WorkerResult {
        func histogram(_ milliseconds: [Int]) -> LatencyHistogram {
            milliseconds.reduce(into: LatencyHistogram()) { $0.record(.milliseconds($1)) }
        }
        var counts = OutcomeCounts()
        counts.ok = latencies.count
        counts.unknown = 1
        let bucket = Timeline.Bucket(
            index: 3,
            counts: counts,
            encodedLatency: .init(histogram(latencies).encoded())
        )
        return WorkerResult(
            worker: index,
            group: "clients-1",
            startedAt: 9 * Self.second,
            measureStart: 10 * Self.second,
            measureEnd: 12 * Self.second,
            ending: "complete",
            kinds: [
                KindResult(
                    kind: "read",
                    counts: counts,
                    latency: histogram(latencies),
                    service: histogram(latencies),
                    missing: 0
                )
            ],
            failures: [],
            timeline: Timeline(origin: 9 * Self.second + originShift, buckets: [bucket]),
            slowRequests: [],
            slowRequestsDropped: 0,
            inserted: OutcomeCounts(),
            generator: GeneratorFigures(
                scheduled: scheduled,
                issued: issued,
                offeredRate: offered,
                achievedRate: 0,
                sendLag: histogram(sendLags),
                userTime: processorTime / 2,
                systemTime: processorTime / 2,
                threadUserTime: processorTime / 4,
                threadSystemTime: processorTime / 2,
                awakeTime: 0,
                wallTime: 2,
                waitTime: 0.1,
                peakMemory: 0,
                meanOutstanding: 3,
                attended: 100,
                attendedTime: 5,
                reconnections: 0,
                redirections: 0
            )
        )
    }

    @Test func `the figures of several workers are added up`() throws {
        let workers = [
            worker(0, latencies: [1, 2, 3]), worker(1, latencies: [10], processorTime: 1),
        ]
        let figures = try #require(LoadFigures(workers))
        #expect(figures.counts == OperationCounts(ok: 4, failed: 0, unknown: 2))
        #expect(figures.seconds == 2)
        #expect(figures.throughput == 2)
        #expect(figures.offered == 100)
        #expect(figures.busiestCore == 0.375, "of the busiest thread, not its process")
        #expect(figures.processorTime == 1.5)
        #expect(figures.waiting == 0.05)
        #expect(figures.littlesLaw == LittlesLaw(underWay: 6, expected: 5))
        #expect(!figures.littlesLaw.holds)
        #expect(figures.health.workers == 2 && figures.health.expectedUnderWay == 5)
        let latency = try #require(LatencySummary(figures.latency))
        #expect(latency.count == 4)
        #expect(abs(latency.max - 0.010) < 0.000_1)
        #expect(LoadFigures([]) == nil)
    }

    @Test func `columns of a long load hold as much as each other, where its worker merged some`() {
        let empty = LatencyHistogram().encoded()[...]
        func bucket(_ index: Int, _ tenths: Int) -> Timeline.Bucket {
            var counts = OutcomeCounts()
            counts.ok = 100 * tenths
            return Timeline.Bucket(index: index, counts: counts, encodedLatency: empty)
        }
        var result = worker(0, latencies: [1])
        let merged = stride(from: 0, to: 4000, by: 2).map { bucket($0, 2) }
        result.timeline = Timeline(
            origin: result.measureStart,
            buckets: merged + (4000..<6600).map { bucket($0, 1) },
            span: 2
        )
        for (limit, tenths) in [(3000, 4), (520, 14)] {
            let (buckets, width) = MergedTimeline([result]).buckets(limit: limit)
            #expect(buckets.count <= limit && abs(width - Double(tenths) / 10) < 1e-9)
            let (whole, last) = (Set(buckets.dropLast().map(\.ok)), buckets.last?.ok ?? 0)
            #expect(whole == [100 * tenths] && last <= 100 * tenths)
            #expect(buckets.reduce(0) { $0 + $1.ok } == 660_000)
        }
    }

    @Test func `the course of an hour is even, and every tenth of a second of it is there`() {
        var recorder = TimelineRecorder(origin: 10 * Self.second, keepsTenths: true)
        for tenth in 0..<36_000 {
            let now = 9 * Self.second + Int64(tenth) * Timeline.width
            recorder.record(.ok, latency: 1_000_000, count: 100, at: now)
            if tenth == 20_010 { recorder.record(.failed, latency: 0, at: now) }
        }
        var result = worker(0, latencies: [1])
        result.timeline = recorder.finish()
        let timeline = MergedTimeline([result])
        let (buckets, width) = timeline.buckets(limit: 520, hasDensity: true)
        let whole = Set(buckets.dropFirst().dropLast().map(\.ok))
        #expect(buckets.count <= 520)
        #expect(whole == [Int((width * 1000).rounded())])
        // The warm-up lasted a second.
        #expect(timeline.counts(\.ok, length: 35_990) == Array(repeating: 100, count: 35_990))
        let failed = timeline.counts(\.failed, atLeast: 10)
        #expect(failed.count == 35_990 && failed[20_000] == 1 && failed.reduce(0, +) == 1)
    }

    @Test func `a quantile is a figure only with ten observations above it`() throws {
        func figures(_ count: Int) throws -> (LatencySummary, TimelineBucket) {
            let worker = worker(0, latencies: Array(repeating: 2, count: count))
            let latency = try #require(LoadFigures([worker])).latency
            let (buckets, _) = MergedTimeline([worker]).buckets(limit: 100)
            return (try #require(LatencySummary(latency)), try #require(buckets.first))
        }
        let (few, fewInBucket) = try figures(19)
        #expect(few.p50 == nil && few.p99 == nil && few.p999 == nil && few.max > 0)
        #expect(fewInBucket.p50 == nil && fewInBucket.p99 == nil && fewInBucket.max != nil)
        let (some, someInBucket) = try figures(999)
        #expect(some.p50 != nil && some.p99 == nil)
        #expect(someInBucket.p50 != nil && someInBucket.p99 == nil)
        let (many, manyInBucket) = try figures(1000)
        #expect(abs((many.p99 ?? 0) - 0.002) < 0.000_1 && many.p999 == nil)
        #expect(abs((manyInBucket.p99 ?? 0) - 0.002) < 0.000_1)
    }

    @Test func `timelines are counted from the measurement, wherever each worker began`() throws {
        let workers = [
            worker(0, latencies: [1, 2]), worker(1, latencies: [3], originShift: 30_000_000),
        ]
        let (buckets, _) = MergedTimeline(workers).buckets(limit: 100, hasDensity: true)
        let bucket = try #require(buckets.first)
        #expect(buckets.count == 1)
        #expect(abs(bucket.start + 0.7) < 1e-9)
        #expect(bucket.ok == 3)
        #expect(bucket.unknown == 2)
        #expect(bucket.density.reduce(0) { $0 + $1.count } == 3)
    }

    @Test func `a generator that kept up voids nothing`() throws {
        let figures = try #require(LoadFigures([worker(0, latencies: [1])]))
        #expect(figures.voidReasons(endings: ["complete"]).isEmpty)
    }

    @Test func `a trial whose generator was in the way is void, with the reason`() throws {
        let late = try #require(LoadFigures([worker(0, latencies: [1], sendLags: [0, 80])]))
        #expect(late.voidReasons(endings: []).first?.contains("more than 1ms late") == true)
        #expect(late.voidReasons(endings: [], toleratedLag: 0.1).isEmpty)
        let short = try #require(LoadFigures([worker(0, latencies: [1], issued: 90)]))
        #expect(short.voidReasons(endings: []).first?.contains("sent 90.0 %") == true)
        let busy = try #require(
            LoadFigures([worker(0, latencies: [1], offered: nil, processorTime: 2.6)])
        )
        #expect(busy.voidReasons(endings: []).first?.contains("97.5 % of a core") == true)
        let failed = try #require(LoadFigures([worker(0, latencies: [1])]))
        #expect(failed.voidReasons(endings: ["failed: no nodes"]).count == 1)
    }

    @Test func `lateness alone is told apart from what else voids a trial`() throws {
        let limit = 0.001
        let late = try #require(LoadFigures([worker(0, latencies: [1], sendLags: [0, 80])]))
        #expect(late.isLateAlone(endings: ["complete"], toleratedLag: limit))
        #expect(!late.isLateAlone(endings: ["complete"], toleratedLag: 0.1))
        #expect(!late.isLateAlone(endings: ["failed: no nodes"], toleratedLag: limit))
        let short = try #require(LoadFigures([worker(0, latencies: [1], issued: 90)]))
        #expect(short.isLateAlone(endings: [], toleratedLag: limit))
        let busy = try #require(
            LoadFigures([worker(0, latencies: [1], offered: nil, processorTime: 2.6)])
        )
        #expect(!busy.isLateAlone(endings: [], toleratedLag: limit))
    }
}
