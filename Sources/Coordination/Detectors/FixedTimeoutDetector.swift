public import Topology

/// Failed is who was silent for a time, 350 ms unless set otherwise.
///
/// Heartbeats come every 40 ms from a thread of their own; on a machine of two busy cores a sleeping
/// thread was seen at most 138 ms late, so the timeout leaves twice that.
public struct FixedTimeoutDetector: FailureDetector {
    public static let name = "fixed-timeout"
    public static let summary = "failed after a fixed silence, 350 ms unless set"
    public static let settingsHelp = "(350ms): the silence, from 80ms to 60s"

    /// Nanoseconds.
    public static let defaultTimeout: UInt64 = 350_000_000

    public let timeout: UInt64
    private var last = Instant.distantPast

    public init() { timeout = Self.defaultTimeout }

    public init?(settings: [String]) {
        guard settings.count == 1, let timeout = ConfiguredName.duration(settings[0]),
            (2 * Heartbeats.interval...60_000_000_000).contains(timeout)
        else { return nil }
        self.timeout = timeout
    }

    public mutating func begin(at now: Instant) { last = now }

    public mutating func heartbeat(at now: Instant) { last = now }

    public func suspects(at now: Instant) -> Bool { now.since(last) >= timeout }
}
