import Foundation
import Histories
import Statistics
import Testing

@testable import LoadGeneration

@Suite struct RecorderTests {
    @Test func `a timeline keeps its size and every request, however long it runs`() throws {
        var recorder = TimelineRecorder(origin: 0, limit: 20, keepsTenths: true)
        for tenth in 0..<1000 {
            let time = Int64(tenth) * Timeline.width
            recorder.record(.ok, latency: UInt64(tenth + 1) * 1000, at: time)
            recorder.record(.failed, latency: 0, at: time)
        }
        let timeline = recorder.finish()
        #expect(timeline.buckets.count <= 21)
        #expect(timeline.buckets.reduce(0) { $0 + $1.counts.ok } == 1000)
        #expect(timeline.buckets.reduce(0) { $0 + $1.counts.failed } == 1000)
        let latencies = try timeline.buckets.map { try $0.latency().count }
        #expect(latencies.reduce(0, +) == 1000)
        #expect(timeline.buckets.map(\.index) == timeline.buckets.map(\.index).sorted())
        #expect(timeline.buckets.last?.index == 999)
        #expect(timeline.tenths.map(\.index) == Array(0..<1000))
        #expect(timeline.tenths.allSatisfy { $0.counts.ok == 1 && $0.counts.failed == 1 })
    }

    @Test func `a long timeline is as fine in its beginning as later, but for the newest`() {
        for length in [10, 100, 150, 1000, 4321, 36_000] {
            let limit = 20
            var recorder = TimelineRecorder(origin: 0, limit: limit)
            for tenth in 0..<length {
                recorder.record(.failed, latency: 0, at: Int64(tenth) * Timeline.width)
            }
            let timeline = recorder.finish()
            let span = timeline.span
            #expect(span <= max(1, 2 * length / limit), "\(length) tenths")
            for bucket in timeline.buckets {
                let last = bucket.index + bucket.counts.failed - 1
                #expect(bucket.index / span == last / span, "\(length) tenths: \(bucket)")
                let isNewest = bucket.index >= length - limit - span
                #expect(isNewest || bucket.counts.failed >= span / 2, "\(length) tenths: \(bucket)")
            }
        }
    }

    @Test func `a timeline with silences is merged all the same`() {
        var recorder = TimelineRecorder(origin: 0, limit: 20)
        for request in 0..<500 {
            recorder.record(.failed, latency: 0, at: Int64(request * 37) * Timeline.width)
        }
        let timeline = recorder.finish()
        #expect(timeline.buckets.count <= 21)
        #expect(timeline.buckets.reduce(0) { $0 + $1.counts.failed } == 500)
    }

    @Test func `equal observations in a row count each`() {
        func recorder() -> Recorder {
            Recorder(kinds: ["read"], measureStart: 0, measureEnd: 1_000_000)
        }
        var together = recorder()
        let completion = Completion(
            kind: 0,
            outcome: .ok,
            reason: 0,
            intendedAt: 10,
            firstSentAt: 20
        )
        for _ in 0..<5 { together.begin(intendedAt: 10, at: 10, isScheduled: false) }
        for _ in 0..<3 { together.end(completion, at: 500) }
        for _ in 0..<2 { together.end(completion, at: 900) }
        together.endRun()
        #expect(together.kinds[0].counts.ok == 5 && together.total.ok == 5)
        #expect(together.kinds[0].latency.count == 5 && together.kinds[0].latency.maximum == 890)
        #expect(together.kinds[0].service.maximum == 880)
        #expect(together.longestGap == WorkerResult.Gap(start: 900, end: 1_000_000))
        together.measureEnd = 1000
        #expect(together.longestGap == WorkerResult.Gap(start: 0, end: 500))
    }

    @Test func `the seconds of a long measurement come back from their file`() throws {
        let folder = NSTemporaryDirectory() + "series-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var log = SeriesLog(series: 2 * Recorder.outcomes, origin: -5, width: 1_000_000_000)
        for second in 0..<5000 {
            let now = Int64(second) * 1_000_000_000
            log.record(0, nanoseconds: UInt64(second), count: 3, at: now)
            log.record(5, nanoseconds: 1_000_000, at: now)
        }
        log.finish()
        try SeriesFile.write(log, kinds: ["read", "update"], to: "\(folder)/worker.series")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/worker.series")))
        let series = try #require(SeriesFile.read(bytes))
        #expect(series.origin == -5 && series.width == log.width)
        #expect(series.entries.count == log.entries.count)
        let last = try #require(series.entries.last)
        #expect(last.kind == "update" && last.outcome == .unknown)
        let sums = try series.entries.map { try $0.latency().count }
        #expect(sums.reduce(0, +) == 20_000)
        #expect(SeriesFile.read(Array(bytes.dropLast(3))) == nil, "a part of one")
        #expect(SeriesFile.read([1, 2, 3]) == nil)
    }

    @Test func `a timeline comes back from its file`() throws {
        let folder = NSTemporaryDirectory() + "timeline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var recorder = TimelineRecorder(origin: -7, limit: 2000, keepsTenths: true)
        for tenth in 0..<3000 {
            let now = Int64(tenth) * Timeline.width
            recorder.record(.ok, latency: UInt64(tenth) * 1_000, count: 2, at: now)
            recorder.record(.unknown, latency: 0, at: now)
        }
        let timeline = recorder.finish()
        let path = "\(folder)/worker.timeline"
        try TimelineFile.write(timeline, to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let read = try #require(TimelineFile.read(bytes))
        #expect(read.origin == -7 && read.buckets.count == timeline.buckets.count)
        #expect(read.span == 2 && read.tenths == timeline.tenths && read.tenths.count == 3000)
        for (one, other) in zip(read.buckets, timeline.buckets) {
            #expect(one.index == other.index && one.counts == other.counts)
            #expect(one.encodedLatency == other.encodedLatency)
        }
        #expect(TimelineFile.read(Array(bytes.dropLast())) == nil, "a part of one")
        #expect(TimelineFile.read([1, 2, 3]) == nil)
    }

    @Test func `what ended accounts for what was under way, or something was not counted`() {
        var recorder = Recorder(kinds: ["read"], measureStart: 100, measureEnd: 1100)
        func end(_ outcome: Outcome, intendedAt: Int64, at now: Int64) {
            recorder.end(
                Completion(
                    kind: 0,
                    outcome: outcome,
                    reason: 0,
                    intendedAt: intendedAt,
                    firstSentAt: 0
                ),
                at: now
            )
        }
        // One from before the measurement, one that was sent late, one that waited, one that stays.
        recorder.begin(intendedAt: 50, at: 50, isScheduled: false)
        recorder.begin(intendedAt: 200, at: 260, isScheduled: true)
        end(.ok, intendedAt: 50, at: 300)
        recorder.begin(intendedAt: 400, at: 400, isScheduled: false)
        recorder.wait(from: 400, to: 500)
        end(.failed, intendedAt: 500, at: 600)
        recorder.begin(intendedAt: 700, at: 700, isScheduled: false)
        end(.unknown, intendedAt: 200, at: 1000)
        end(.unknown, intendedAt: 700, at: 2000)
        recorder.endRun()
        #expect(recorder.attendance.requests == 4)
        #expect(recorder.attendance.time == 200 + 740 + 200 + 400)
        #expect(recorder.meanOutstanding(at: 2000) == recorder.attendance.time / 1000)
        recorder = Recorder(kinds: ["read"], measureStart: 100, measureEnd: 1100)
        recorder.begin(intendedAt: 200, at: 200, isScheduled: true)
        let law = LittlesLaw(
            underWay: recorder.meanOutstanding(at: 2000),
            expected: recorder.attendance.time / 1000
        )
        #expect(!law.holds, "one that never ends")
    }

    @Test func `a gap that no success ends lasts to the end of the measurement`() {
        var recorder = Recorder(kinds: ["read"], measureStart: 100, measureEnd: 1000)
        #expect(recorder.longestGap == WorkerResult.Gap(start: 100, end: 1000), "no success at all")
        var completion = Completion(
            kind: 0,
            outcome: .ok,
            reason: 0,
            intendedAt: 150,
            firstSentAt: 150
        )
        recorder.end(completion, at: 400)
        completion.outcome = .failed
        recorder.end(completion, at: 900)
        recorder.endRun()
        #expect(recorder.longestGap == WorkerResult.Gap(start: 400, end: 1000))
        completion.outcome = .ok
        recorder.end(completion, at: 1200)
        recorder.endRun()
        #expect(recorder.longestGap == WorkerResult.Gap(start: 400, end: 1200), "while draining")
    }
}
