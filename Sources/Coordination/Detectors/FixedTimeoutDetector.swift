public import Topology

/// Failed is who was silent for 350 ms.
///
/// Heartbeats come every 40 ms from a thread of their own; on a machine of two busy cores a sleeping
/// thread was seen at most 138 ms late, so the timeout leaves twice that.
public struct FixedTimeoutDetector: FailureDetector {
    public static let name = "fixed-timeout"
    public static let summary = "failed after 350 ms of silence"

    /// Nanoseconds.
    public static let timeout: UInt64 = 350_000_000

    private var last: Instant

    public init(at now: Instant) { last = now }

    public mutating func heartbeat(at now: Instant) { last = now }

    public func suspects(at now: Instant) -> Bool { now.since(last) >= Self.timeout }
}
