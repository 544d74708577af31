/// The log-spaced bands into which latencies are counted for the density chart.
///
/// Four bands an octave, from the bits of the number alone: a band is at most 25 % wide, and no
/// logarithm is taken per request. Band 0 holds everything below 1.024 µs.
public struct LatencyBand: Sendable, Hashable, Comparable, Codable {
    /// Everything from about 68 s upwards is counted in the last band.
    public static let count = 1 + 26 * 4

    public let index: Int

    public init(index: Int) {
        self.index = min(max(index, 0), Self.count - 1)
    }

    public init(nanoseconds: Int64) {
        guard nanoseconds >= 1024 else {
            index = 0
            return
        }
        let octave = 63 - nanoseconds.leadingZeroBitCount
        let quarter = Int(nanoseconds >> Int64(octave - 2)) & 3
        index = min(1 + (octave - 10) * 4 + quarter, Self.count - 1)
    }

    /// The least latency of this band, in nanoseconds.
    public var lowerBound: Int64 {
        guard index > 0 else { return 0 }
        let octave = (index - 1) / 4 + 10
        return Int64(4 + (index - 1) % 4) << Int64(octave - 2)
    }

    /// The first latency above this band; the last band has none, and reports where it would end.
    public var upperBound: Int64 {
        guard index > 0 else { return 1024 }
        let octave = index / 4 + 10
        return Int64(4 + index % 4) << Int64(octave - 2)
    }

    public static func < (left: Self, right: Self) -> Bool { left.index < right.index }

    public init(from decoder: any Decoder) throws {
        self.init(index: try decoder.singleValueContainer().decode(Int.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(index)
    }
}
