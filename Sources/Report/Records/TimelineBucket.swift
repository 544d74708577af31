public import Histories

/// What happened within a tenth of a second of a trial, or within several where it was long.
///
/// A request belongs to the bucket in which it ended; the one that ends late therefore stands where
/// its client saw it.
public struct TimelineBucket: Sendable, Hashable, Codable {
    /// The least width of a bucket in seconds, and the usual one.
    public static let width = 0.1

    /// How many requests of this bucket had a latency within one band.
    public struct Density: Sendable, Hashable {
        public var band: LatencyBand
        public var count: Int

        public init(band: LatencyBand, count: Int) {
            self.band = band
            self.count = count
        }
    }

    public var start: Double
    public var ok: Int
    public var failed: Int
    public var unknown: Int
    /// Latencies from the intended start; `nil` where nothing ended, a quantile also where fewer than
    /// ten requests lie above it.
    public var p50: Double?
    public var p99: Double?
    public var max: Double?
    /// By band, empty bands left out.
    public var density: [Density]

    public init(
        start: Double,
        ok: Int,
        failed: Int,
        unknown: Int,
        p50: Double? = nil,
        p99: Double? = nil,
        max: Double? = nil,
        density: [Density] = []
    ) {
        self.start = start
        self.ok = ok
        self.failed = failed
        self.unknown = unknown
        self.p50 = p50
        self.p99 = p99
        self.max = max
        self.density = density
    }
}

extension TimelineBucket.Density: Codable {
    /// A pair, since there are thousands: `[band, count]`.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        band = try container.decode(LatencyBand.self)
        count = try container.decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(band)
        try container.encode(count)
    }
}
