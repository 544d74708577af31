internal import Histories
package import LoadGeneration
package import Report
internal import Statistics

/// The workers' timelines as one, counted from the start of the measurement.
///
/// Workers start at slightly different instants; each of their buckets is counted where its start is
/// nearest, so that an event is at most half a tenth of a second off. It is put together a bucket at
/// a time, so that a day needs no more memory than a minute.
package struct MergedTimeline {
    private let results: [WorkerResult]
    private let start: Int64

    private struct Column {
        var ok = 0
        var failed = 0
        var unknown = 0
        var latency = LatencyHistogram()
    }

    package init(_ results: [WorkerResult]) {
        self.results = results
        start = results.map(\.measureStart).min() ?? 0
    }

    /// What the chart of a page shows, in as few buckets.
    var course: LoadPage.Course {
        let (buckets, width) = buckets(limit: LoadPage.Course.columnLimit, hasDensity: true)
        return .init(buckets, width: width)
    }

    /// - Parameters:
    ///   - limit: Of the whole measurement; with more, several tenths of a second become one. By
    ///     default no more of them than in the workers' own.
    ///   - hasDensity: Whether to count the requests of each band of latency: they take far more memory
    ///     than all the rest.
    /// - Returns: Those in which a request ended, and their width in seconds.
    package func buckets(
        limit: Int = Timeline.bucketLimit,
        hasDensity: Bool = false
    ) -> (buckets: [TimelineBucket], width: Double) {
        var cursors = results.map { _ in 0 }
        let width = width(limit: limit)
        var buckets: [TimelineBucket] = []
        while let next = results.indices.compactMap({ head(cursors[$0], $0) }).min() {
            let column = Int((Double(next) / Double(width)).rounded(.down))
            var sum = Column()
            for worker in results.indices {
                while let position = head(cursors[worker], worker),
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
        return (buckets, Double(width) * TimelineBucket.width)
    }

    /// What ended in each tenth of a second from the start of the measurement, however long it took.
    package func counts(_ count: KeyPath<OutcomeCounts, Int>, length: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: length)
        for result in results {
            for tenth in result.timeline.tenths {
                let position = position(tenth.index, in: result)
                guard counts.indices.contains(position) else { continue }
                counts[position] += tenth.counts[keyPath: count]
            }
        }
        return counts
    }

    /// Like `counts(_:length:)`, up to the last tenth of a second in which anything ended.
    package func counts(_ count: KeyPath<OutcomeCounts, Int>, atLeast length: Int) -> [Int] {
        let ends = results.compactMap { result in
            result.timeline.tenths.last.map { position($0.index, in: result) + 1 }
        }
        return counts(count, length: max(length, ends.max() ?? 0))
    }

    /// How many tenths of a second become one.
    ///
    /// Columns that are no multiple of what workers merged would hold now fewer and now more of it.
    private func width(limit: Int) -> Int {
        let last = results.compactMap { result in
            result.timeline.buckets.last.map { position($0.index, in: result) }
        }
        let least = max(1, ((last.max() ?? 0) + limit) / limit)
        let span = results.map(\.timeline.span).max() ?? 1
        return (least + span - 1) / span * span
    }

    private func head(_ cursor: Int, _ worker: Int) -> Int? {
        let buckets = results[worker].timeline.buckets
        guard cursor < buckets.count else { return nil }
        return position(buckets[cursor].index, in: results[worker])
    }

    /// Where a tenth of a second of a worker lies, in tenths from the start of the measurement.
    private func position(_ index: Int, in result: WorkerResult) -> Int {
        // A file may hold any index.
        let time = result.timeline.origin &+ Int64(index) &* Timeline.width &- start
        return Int((Double(time) / Double(Timeline.width)).rounded())
    }

    private func add(_ bucket: Timeline.Bucket, to sum: inout Column) {
        sum.ok += bucket.counts.ok
        sum.failed += bucket.counts.failed
        sum.unknown += bucket.counts.unknown
        // A bucket whose latencies cannot be read still has its counts.
        if let latency = try? bucket.latency() { sum.latency.merge(latency) }
    }

    private func bucket(_ sum: Column, start: Double) -> TimelineBucket {
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

    /// How many observations lie in each band of latency; empty bands are left out.
    private func density(of latency: LatencyHistogram) -> [TimelineBucket.Density] {
        var bands = [Int](repeating: 0, count: LatencyBand.count)
        for step in latency.buckets where step.count > 0 {
            let band = LatencyBand(nanoseconds: Int64(clamping: step.range.lowerBound))
            bands[band.index] += Int(step.count)
        }
        return bands.indices.filter { bands[$0] > 0 }.map { index in
            TimelineBucket.Density(band: LatencyBand(index: index), count: bands[index])
        }
    }
}
