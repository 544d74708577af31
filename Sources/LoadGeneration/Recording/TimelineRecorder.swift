internal import Histories
internal import Statistics

/// Counts into the current tenth of a second and packs it away when the next begins.
///
/// Of bounded size however long it runs: once there are too many buckets, two old neighbours become
/// one for each new one, from the oldest to the newest and then again. So no single moment pays.
struct TimelineRecorder {
    private let origin: Int64
    private let limit: Int
    private var buckets: [Timeline.Bucket] = []
    private var index = 0
    private var counts = OutcomeCounts()
    private var latency = LatencyHistogram()
    /// Where the next two neighbours stand.
    private var cursor = 0

    /// Nearly seven minutes of tenths of seconds.
    static let standardLimit = 4096

    init(origin: Int64, limit: Int = standardLimit) {
        self.origin = origin
        self.limit = limit
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
                encodedLatency: latency.encoded()[...]
            )
        )
        counts = OutcomeCounts()
        latency.reset()
        if buckets.count > limit { mergeTwo() }
    }

    private mutating func mergeTwo() {
        // The newest stay as fine as they are until all others were merged.
        if cursor + 1 >= limit / 2 { cursor = 0 }
        let second = buckets.remove(at: cursor + 1)
        var merged = (try? buckets[cursor].latency()) ?? LatencyHistogram()
        if let other = try? second.latency() { merged.merge(other) }
        buckets[cursor].counts.add(second.counts)
        buckets[cursor].encodedLatency = merged.encoded()[...]
        cursor += 1
    }
}
