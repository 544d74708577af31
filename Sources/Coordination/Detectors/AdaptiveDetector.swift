public import Topology

/// The adaptive failure detector of Bertier, Marin and Sens (DSN 2002).
///
/// The next heartbeat is expected a mean interval after the last one, as Chen et al. estimate it; a margin
/// follows the error of these estimates as Jacobson's follows round trips. It has a floor, since a
/// machine that was idle may be busy the next moment.
public struct AdaptiveDetector: FailureDetector {
    public static let name = "adaptive"
    public static let summary = "failed when late beyond a margin that follows the lateness seen"
    public static let settingsHelp = "(200ms): the least margin, from 40ms to 1s"

    /// Nanoseconds.
    public let leastMargin: UInt64
    private var last = Instant.distantPast
    private var intervals = RecentIntervals()
    private var delay = 0.0
    private var variation = 0.0

    /// A sleeping thread was seen 138 ms late on a machine of two busy cores.
    public static let defaultMargin: UInt64 = 200_000_000

    /// Bertier's γ, β and φ.
    private static let weight = 0.1
    private static let delayFactor = 1.0
    private static let variationFactor = 4.0

    public init() { self.init(leastMargin: Self.defaultMargin) }

    public init(leastMargin: UInt64) { self.leastMargin = leastMargin }

    public init?(settings: [String]) {
        guard settings.count == 1, let margin = ConfiguredName.duration(settings[0]),
            (Heartbeats.interval...Heartbeats.longestSilence).contains(margin)
        else { return nil }
        self.init(leastMargin: margin)
    }

    public mutating func begin(at now: Instant) { self = Self(leastMargin: leastMargin, at: now) }

    private init(leastMargin: UInt64, at now: Instant) {
        self.init(leastMargin: leastMargin)
        last = now
    }

    public mutating func heartbeat(at now: Instant) {
        let interval = now.since(last)
        last = now
        guard interval < Heartbeats.longestSilence else { return }
        let error = Double(interval) - intervals.mean - delay
        delay += Self.weight * error
        variation += Self.weight * (error.magnitude - variation)
        intervals.add(interval)
    }

    public func suspects(at now: Instant) -> Bool { now.since(last) >= limit }

    /// The silence after which the node counts as failed, nanoseconds.
    public var limit: UInt64 {
        let learned = Self.delayFactor * delay + Self.variationFactor * variation
        let silence = intervals.mean + max(learned, Double(leastMargin))
        return UInt64(min(silence, Double(Heartbeats.longestSilence)))
    }
}
