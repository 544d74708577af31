public import Statistics

/// The course of a trial in tenths of a second, by the time at which requests ended.
public struct Timeline: Sendable {
    public static let width: Int64 = 100_000_000
    /// Nearly seven minutes of tenths of seconds; a longer run has as many, and wider ones.
    public static let bucketLimit = 4096

    /// Where bucket 0 begins: the measurement.
    ///
    /// The buckets of a warm-up have indices below 0.
    public var origin: Int64 = 0
    /// By index.
    public var buckets: [Bucket] = []
    /// How many tenths of a second a bucket stands for at most, a power of two: of a long run,
    /// neighbours are merged.
    ///
    /// No bucket reaches across a multiple of it.
    public var span = 1
    /// The counts of every single tenth of a second by index, however long the run; empty where
    /// nobody asked for them.
    public var tenths: [Tenth] = []

    public struct Bucket: Sendable {
        /// The bucket begins `index` widths after the origin; empty buckets are left out.
        public var index: Int
        public var counts: OutcomeCounts
        /// Latencies of the successes from the intended start, as `LatencyHistogram.encoded()`; often a
        /// part of the file.
        var encodedLatency: ArraySlice<UInt8>

        public func latency() throws(HistogramDecodingError) -> LatencyHistogram {
            try LatencyHistogram(decoding: Array(encodedLatency))
        }
    }

    public struct Tenth: Sendable, Hashable {
        /// As a bucket's.
        public var index: Int
        public var counts: OutcomeCounts
    }
}
