internal import Foundation
internal import Histories
internal import Statistics

/// Counts into the current tenth of a second and packs it away when the next begins.
struct TimelineRecorder {
    private let origin: Int64
    private var buckets: [Timeline.Bucket] = []
    private var index = 0
    private var counts = OutcomeCounts()
    private var latency = LatencyHistogram()

    init(origin: Int64) {
        self.origin = origin
    }

    /// `now` never runs back.
    mutating func record(
        _ outcome: Outcome,
        latency nanoseconds: UInt64,
        count: Int = 1,
        at now: Int64
    ) {
        let current = Int(max(0, now - origin) / Timeline.width)
        if current != index {
            pack()
            index = current
        }
        counts.count(outcome, count)
        if outcome == .ok { latency.record(nanoseconds: nanoseconds, count: UInt64(count)) }
    }

    mutating func finish() -> Timeline {
        pack()
        return Timeline(origin: origin, buckets: buckets)
    }

    private mutating func pack() {
        guard counts.total > 0 else { return }
        buckets.append(
            Timeline.Bucket(
                index: index,
                counts: counts,
                encodedLatency: Data(latency.encoded())
            )
        )
        counts = OutcomeCounts()
        latency.reset()
    }
}
