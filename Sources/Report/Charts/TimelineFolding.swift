import Histories
import Statistics

extension TimelineBucket {
    /// The timeline in at most `limit` columns: neighbouring buckets are added up, none is dropped.
    ///
    /// Missing buckets in between become empty ones. A folded quantile is read from the folded
    /// bands, a folded maximum is the greatest.
    ///
    /// - Parameter width: Of a bucket, in seconds.
    package static func columns(
        of timeline: [TimelineBucket],
        limit: Int,
        width: Double = TimelineBucket.width
    ) -> (columns: [TimelineBucket], width: Double) {
        let filled = filled(timeline, width)
        let fold = Swift.max(1, (filled.count + limit - 1) / limit)
        guard fold > 1 else { return (filled, width) }
        let columns = stride(from: 0, to: filled.count, by: fold).map { start in
            folded(Array(filled[start..<min(start + fold, filled.count)]))
        }
        return (columns, width * Double(fold))
    }

    private static func filled(
        _ timeline: [TimelineBucket],
        _ width: Double
    ) -> [TimelineBucket] {
        let sorted = timeline.sorted { $0.start < $1.start }
        guard let first = sorted.first, let last = sorted.last else { return [] }
        let count = Int(((last.start - first.start) / width).rounded()) + 1
        guard count < 10_000_000 else { return sorted }
        var filled = (0..<count).map { index in
            TimelineBucket(start: first.start + Double(index) * width, ok: 0, failed: 0, unknown: 0)
        }
        for bucket in sorted {
            filled[Int(((bucket.start - first.start) / width).rounded())] = bucket
        }
        return filled
    }

    private static func folded(_ buckets: [TimelineBucket]) -> TimelineBucket {
        var counts = [Int](repeating: 0, count: LatencyBand.count)
        for cell in buckets.flatMap(\.density) { counts[cell.band.index] += cell.count }
        let density = counts.enumerated().filter { $0.element > 0 }.map {
            Density(band: LatencyBand(index: $0.offset), count: $0.element)
        }
        return TimelineBucket(
            start: buckets.first?.start ?? 0,
            ok: buckets.reduce(0) { $0 + $1.ok },
            failed: buckets.reduce(0) { $0 + $1.failed },
            unknown: buckets.reduce(0) { $0 + $1.unknown },
            p50: supported(0.5, of: density),
            p99: supported(0.99, of: density),
            max: buckets.compactMap(\.max).max(),
            density: density
        )
    }

    /// For the line of a chart, which shows a course and no figure: few requests make one too.
    func line(_ fraction: Double) -> Double? { Self.quantile(fraction, of: density) }

    private static func supported(_ fraction: Double, of density: [Density]) -> Double? {
        let total = density.reduce(0) { $0 + $1.count }
        // As `LatencyHistogram.quantile` has it.
        let above = Double(total) * (1 - fraction) + 1e-6
        guard above >= LatencyHistogram.observationsAboveQuantile else { return nil }
        return quantile(fraction, of: density)
    }

    /// The upper end of the band that holds the quantile, in seconds.
    private static func quantile(_ fraction: Double, of density: [Density]) -> Double? {
        let total = density.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let rank = Swift.max(1, Int((Double(total) * fraction).rounded(.up)))
        var passed = 0
        for cell in density {
            passed += cell.count
            if passed >= rank { return Double(cell.band.upperBound) / 1e9 }
        }
        return nil
    }
}
