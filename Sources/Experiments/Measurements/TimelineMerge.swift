internal import Histories
package import LoadGeneration
package import Report
internal import Statistics

/// The workers' timelines as one, counted from the start of the measurement.
///
/// Workers start at slightly different instants; each of their buckets is counted where its start
/// is nearest, so that an event is at most half a bucket off.
package func mergedTimeline(_ timelines: [Timeline], measureStart: Int64) -> [TimelineBucket] {
    var columns: [Int: TimelineColumn] = [:]
    for timeline in timelines {
        for bucket in timeline.buckets {
            let start = timeline.origin + Int64(bucket.index) * Timeline.width - measureStart
            let position = Int((Double(start) / Double(Timeline.width)).rounded())
            // A bucket whose latencies cannot be read still has its counts.
            let latency = (try? bucket.latency()) ?? LatencyHistogram()
            columns[position, default: TimelineColumn()].add(bucket.counts, latency)
        }
    }
    return columns.keys.sorted().compactMap { position in
        columns[position]?.bucket(start: Double(position) * TimelineBucket.width)
    }
}

private struct TimelineColumn {
    var ok = 0
    var failed = 0
    var unknown = 0
    var latency = LatencyHistogram()

    mutating func add(_ counts: OutcomeCounts, _ more: LatencyHistogram) {
        ok += counts.ok
        failed += counts.failed
        unknown += counts.unknown
        latency.merge(more)
    }

    func bucket(start: Double) -> TimelineBucket {
        var bucket = TimelineBucket(start: start, ok: ok, failed: failed, unknown: unknown)
        guard !latency.isEmpty else { return bucket }
        bucket.p50 = latency.supported(0.5)?.seconds
        bucket.p99 = latency.supported(0.99)?.seconds
        bucket.max = Double(latency.maximum) / 1e9
        bucket.density = density(of: latency)
        return bucket
    }
}

/// How many observations lie in each band of latency; empty bands are left out.
func density(of latency: LatencyHistogram) -> [TimelineBucket.Density] {
    var bands = [Int](repeating: 0, count: LatencyBand.count)
    for step in latency.buckets where step.count > 0 {
        let band = LatencyBand(nanoseconds: Int64(clamping: step.range.lowerBound))
        bands[band.index] += Int(step.count)
    }
    return bands.indices.filter { bands[$0] > 0 }.map { index in
        TimelineBucket.Density(band: LatencyBand(index: index), count: bands[index])
    }
}
