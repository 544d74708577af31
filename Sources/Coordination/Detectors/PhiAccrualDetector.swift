public import Topology

/// The φ accrual failure detector (Hayashibara, Défago, Yared and Katayama, SRDS 2004).
///
/// With φ = −log₁₀ P(a heartbeat comes later than this), the intervals being normally distributed with
/// the mean and the deviation of the last ones, failed is whose φ has reached the threshold: a
/// threshold of 8 expects one mistake in 10⁸ judgements, where the law holds. It does not hold for a
/// machine that is suddenly busy, so the deviation has a floor.
public struct PhiAccrualDetector: FailureDetector {
    public static let name = "phi-accrual"
    public static let summary = "failed when a longer silence has become improbable enough"
    public static let settingsHelp =
        "(8,40ms): the threshold of φ, from 1 to 16, and the least deviation"

    public let threshold: Int
    /// Nanoseconds.
    public let leastDeviation: UInt64
    /// So many deviations above the mean φ reaches the threshold.
    public let deviations: Double
    private var last = Instant.distantPast
    private var intervals = RecentIntervals()

    /// On a machine of two busy cores a heartbeat was seen 138 ms late: three and a half of these.
    public static let defaultDeviation: UInt64 = 40_000_000

    public init() { self.init(threshold: 8, leastDeviation: Self.defaultDeviation) }

    public init(threshold: Int, leastDeviation: UInt64) {
        self.threshold = threshold
        self.leastDeviation = leastDeviation
        deviations = NormalTail.deviations(minusLog10: Double(threshold))
    }

    public init?(settings: [String]) {
        guard (1...2).contains(settings.count), let threshold = Int(settings[0]),
            (1...16).contains(threshold)
        else { return nil }
        var leastDeviation = Self.defaultDeviation
        if settings.count == 2 {
            guard let duration = ConfiguredName.duration(settings[1]),
                (1_000_000...Heartbeats.longestSilence).contains(duration)
            else { return nil }
            leastDeviation = duration
        }
        self.init(threshold: threshold, leastDeviation: leastDeviation)
    }

    public mutating func begin(at now: Instant) {
        last = now
        intervals = RecentIntervals()
    }

    public mutating func heartbeat(at now: Instant) {
        intervals.add(now.since(last))
        last = now
    }

    public func suspects(at now: Instant) -> Bool { now.since(last) >= limit }

    /// The silence at which φ reaches the threshold, nanoseconds.
    public var limit: UInt64 {
        let deviation = max(Double(leastDeviation), intervals.deviation)
        let silence = intervals.mean + deviations * deviation
        return UInt64(min(silence, Double(Heartbeats.longestSilence)))
    }
}

/// The upper tail of the normal distribution.
enum NormalTail {
    /// At how many deviations above the mean −log₁₀ of the tail's probability is `value`, from 0.4 on.
    static func deviations(minusLog10 value: Double) -> Double {
        let wanted = -value * naturalLogarithm(10)
        var (low, high) = (0.0, 40.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if logarithm(middle) > wanted { low = middle } else { high = middle }
        }
        return high
    }

    /// ln Q(x) for x > 0, by Laplace's continued fraction for Mills' ratio.
    static func logarithm(_ x: Double) -> Double {
        var fraction = x
        for term in stride(from: 400.0, through: 1.0, by: -1.0) { fraction = x + term / fraction }
        let halfLogTwoPi = 0.918_938_533_204_672_7
        return -x * x / 2 - halfLogTwoPi - naturalLogarithm(fraction)
    }
}
