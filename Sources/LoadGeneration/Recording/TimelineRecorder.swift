internal import Histories
internal import Statistics

/// Counts into the current tenth of a second and packs it away when the next begins.
///
/// Of bounded size however long it runs: once there are too many buckets, two neighbours become one
/// for each new one, from the oldest to the newest and then again with twice the span. So no single
/// moment pays, and what is older is told half as finely as what is newer at worst, but for the
/// newest, which wait for their turn. Only the counts of every tenth, where they are kept, grow with
/// the run: 28 MB a day.
struct TimelineRecorder {
    private let origin: Int64
    private let limit: Int
    private let keepsTenths: Bool
    private var buckets: [Timeline.Bucket] = []
    private var tenths: [Timeline.Tenth] = []
    private var index = Int.min
    private var counts = OutcomeCounts()
    private var latency = LatencyHistogram()
    /// How many tenths become one bucket as the cursor passes.
    private var span = 1
    private var cursor = 0

    init(origin: Int64, limit: Int = Timeline.bucketLimit, keepsTenths: Bool = false) {
        self.origin = origin
        self.limit = limit
        self.keepsTenths = keepsTenths
    }

    /// `now` never runs back.
    mutating func record(
        _ outcome: Outcome,
        latency nanoseconds: UInt64,
        count: Int = 1,
        at now: Int64
    ) {
        let (whole, part) = (now - origin).quotientAndRemainder(dividingBy: Timeline.width)
        let current = Int(part < 0 ? whole - 1 : whole)
        if current != index {
            pack()
            index = current
        }
        counts.count(outcome, count)
        if outcome == .ok { latency.record(nanoseconds: nanoseconds, count: UInt64(count)) }
    }

    mutating func finish() -> Timeline {
        pack()
        return Timeline(origin: origin, buckets: buckets, span: span, tenths: tenths)
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
        if keepsTenths { tenths.append(Timeline.Tenth(index: index, counts: counts)) }
        counts = OutcomeCounts()
        latency.reset()
        if buckets.count > limit { mergeTwo() }
    }

    private mutating func mergeTwo() {
        while cursor + 1 >= buckets.count
            || block(of: cursor) != block(of: cursor + 1)
        {
            cursor += 1
            guard cursor + 1 >= buckets.count else { continue }
            (cursor, span) = (0, span * 2)
        }
        let second = buckets.remove(at: cursor + 1)
        var merged = (try? buckets[cursor].latency()) ?? LatencyHistogram()
        if let other = try? second.latency() { merged.merge(other) }
        buckets[cursor].counts.add(second.counts)
        buckets[cursor].encodedLatency = merged.encoded()[...]
    }

    /// Where the span begins in which a bucket lies.
    private func block(of position: Int) -> Int { buckets[position].index & -span }
}
