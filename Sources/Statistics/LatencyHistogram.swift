internal import Histogram

/// How many operations took how long: nanoseconds to beyond an hour, each bucket at most 0.8 % wide.
///
/// Merging adds the counts, so that many workers' histograms equal one histogram of everything.
public struct LatencyHistogram: Sendable {
    /// The longest observation, exact.
    public private(set) var maximum: UInt64 = 0

    /// Observations beyond `largestTrackable`; they count at that value, and say so here.
    public private(set) var clippedCount: UInt64 = 0

    /// Two hours, in nanoseconds: longer than any operation may last.
    public static let largestTrackable: UInt64 = 7_200_000_000_000

    static let significantDigits = 2

    /// A quantile is worth a number only when this many observations lie above it.
    public static let observationsAboveQuantile = 10.0

    private var counts = Histogram<UInt64>(
        lowestDiscernibleValue: 1,
        highestTrackableValue: largestTrackable,
        numberOfSignificantValueDigits: .two
    )

    public init() {}

    public var count: UInt64 { counts.totalCount }

    public var isEmpty: Bool { counts.totalCount == 0 }

    /// The mean of the buckets' midpoints; 0 without observations.
    public var mean: Double { isEmpty ? 0 : counts.mean }

    public mutating func record(nanoseconds: UInt64) {
        record(nanoseconds: nanoseconds, count: 1)
    }

    public mutating func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return record(nanoseconds: 0) }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return record(nanoseconds: .max) }
        record(nanoseconds: whole.addingSaturating(UInt64(attoseconds / 1_000_000_000)))
    }

    /// The value that the fraction of the observations does not exceed, in nanoseconds.
    ///
    /// Nil unless at least ten observations lie above it: a p99.9 of 500 operations is a guess.
    public func quantile(_ fraction: Double) -> UInt64? {
        guard fraction >= 0, fraction < 1 else { return nil }
        let above = Double(count) * (1 - fraction)
        // Rounding of the fraction must not refuse the tenth observation.
        guard above >= Self.observationsAboveQuantile - 1e-6 else { return nil }
        return min(counts.valueAtPercentile(fraction * 100), maximum)
    }

    /// How many observations are longer than the value's bucket.
    public func count(above nanoseconds: UInt64) -> UInt64 {
        buckets.reduce(0) { $0 + ($1.range.lowerBound > nanoseconds ? $1.count : 0) }
    }

    /// The buckets that hold observations, shortest first.
    public var buckets: some Sequence<(range: ClosedRange<UInt64>, count: UInt64)> {
        counts.recordedValues().lazy.map {
            (counts.equivalentRangeForValue($0.value), $0.count)
        }
    }

    public mutating func merge(_ other: LatencyHistogram) {
        counts.add(other.counts)
        maximum = max(maximum, other.maximum)
        clippedCount += other.clippedCount
    }

    /// Forgets every observation and keeps the memory.
    public mutating func reset() {
        guard !isEmpty else { return }
        counts.reset()
        maximum = 0
        clippedCount = 0
    }

    /// Several observations of the same length.
    public mutating func record(nanoseconds: UInt64, count: UInt64) {
        maximum = max(maximum, nanoseconds)
        if nanoseconds > Self.largestTrackable {
            clippedCount += count
            counts.record(Self.largestTrackable, count: count)
        } else {
            counts.record(nanoseconds, count: count)
        }
    }
}

extension LatencyHistogram: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.maximum == right.maximum && left.clippedCount == right.clippedCount
            && left.buckets.elementsEqual(right.buckets, by: ==)
    }
}

extension LatencyHistogram {
    /// Adds a decoded bucket; false if the value is beyond the range or the count overflows.
    mutating func restore(bucketAt value: UInt64, count: UInt64) -> Bool {
        guard value <= Self.largestTrackable,
            !counts.totalCount.addingReportingOverflow(count).overflow
        else { return false }
        counts.record(value, count: count)
        return true
    }

    mutating func restore(maximum: UInt64, clippedCount: UInt64) {
        self.maximum = maximum
        self.clippedCount = clippedCount
    }
}

extension UInt64 {
    fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension LatencyHistogram {
    /// The least latency that at least this fraction of the observations do not exceed.
    ///
    /// Unlike `quantile` it answers from few observations too: for the extent of a chart, never for a
    /// figure.
    public func nearestRank(_ fraction: Double) -> UInt64 {
        let rank = UInt64((fraction * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for bucket in buckets {
            seen += bucket.count
            if seen >= rank, bucket.count > 0 { return min(bucket.range.upperBound, maximum) }
        }
        return maximum
    }
}
