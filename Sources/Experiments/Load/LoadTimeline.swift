package import LoadGeneration
package import Report
internal import Statistics

/// The workers' timelines as one, a bucket at a time, so that a day needs no more memory than a
/// minute.
package enum LoadTimeline {
    private struct Column {
        var ok = 0
        var failed = 0
        var unknown = 0
        var latency = LatencyHistogram()
    }

    /// What the chart of a page shows, in as few buckets.
    static func course(_ results: [WorkerResult]) -> LoadPage.Course {
        let (buckets, width) = buckets(
            results,
            limit: LoadPage.Course.columnLimit,
            hasDensity: true
        )
        return .init(buckets, width: width)
    }

    /// - Parameters:
    ///   - limit: Of the whole measurement; with more, several tenths of a second become one.
    ///   - hasDensity: Whether to count the requests of each band of latency: they take far more memory
    ///     than all the rest.
    /// - Returns: Those in which a request ended, and their width in seconds.
    package static func buckets(
        _ results: [WorkerResult],
        limit: Int = 3000,
        hasDensity: Bool = false
    ) -> (buckets: [TimelineBucket], width: Double) {
        guard let start = results.map(\.measureStart).min() else {
            return ([], TimelineBucket.width)
        }
        var cursors = results.map { _ in 0 }
        let last = results.compactMap { position($0.timeline.buckets.last, in: $0, from: start) }
        let width = width(of: last.max() ?? 0, limit: limit, results)
        var buckets: [TimelineBucket] = []
        while true {
            let next = results.indices.compactMap { worker in
                head(cursors[worker], results[worker], start)
            }.min()
            guard let next else { return (buckets, Double(width) * TimelineBucket.width) }
            let column = Int((Double(next) / Double(width)).rounded(.down))
            var sum = Column()
            for worker in results.indices {
                while let position = head(cursors[worker], results[worker], start),
                    position < (column + 1) * width
                {
                    add(results[worker].timeline.buckets[cursors[worker]], to: &sum)
                    cursors[worker] += 1
                }
            }
            var bucket = bucket(sum, start: Double(column * width) * TimelineBucket.width)
            if hasDensity { bucket.density = density(of: sum.latency) }
            buckets.append(bucket)
        }
    }

    /// How many tenths of a second become one.
    ///
    /// Workers merge neighbours of a long run in pairs: columns of other lengths than theirs would hold
    /// now fewer and now more of them.
    private static func width(of last: Int, limit: Int, _ results: [WorkerResult]) -> Int {
        let least = max(1, (last + limit) / limit)
        guard results.contains(where: \.timeline.isMerged) else { return least }
        return 1 << (Int.bitWidth - (least - 1).leadingZeroBitCount)
    }

    private static func head(_ cursor: Int, _ result: WorkerResult, _ start: Int64) -> Int? {
        guard cursor < result.timeline.buckets.count else { return nil }
        return position(result.timeline.buckets[cursor], in: result, from: start)
    }

    /// Where a bucket begins, in tenths of a second from the start of the measurement.
    private static func position(
        _ bucket: Timeline.Bucket?,
        in result: WorkerResult,
        from start: Int64
    ) -> Int? {
        guard let bucket else { return nil }
        let time = result.timeline.origin + Int64(bucket.index) * Timeline.width - start
        return Int((Double(time) / Double(Timeline.width)).rounded())
    }

    private static func add(_ bucket: Timeline.Bucket, to sum: inout Column) {
        sum.ok += bucket.counts.ok
        sum.failed += bucket.counts.failed
        sum.unknown += bucket.counts.unknown
        // A bucket whose latencies cannot be read still has its counts.
        if let latency = try? bucket.latency() { sum.latency.merge(latency) }
    }

    private static func bucket(_ sum: Column, start: Double) -> TimelineBucket {
        var bucket = TimelineBucket(
            start: start,
            ok: sum.ok,
            failed: sum.failed,
            unknown: sum.unknown
        )
        guard !sum.latency.isEmpty else { return bucket }
        bucket.p50 = sum.latency.supported(0.5)?.seconds
        bucket.p99 = sum.latency.supported(0.99)?.seconds
        bucket.max = Double(sum.latency.maximum) / 1e9
        return bucket
    }
}
