/// A moment on a node's own monotonic clock (CLOCK_BOOTTIME), or on a simulator's.
///
/// Instants of different nodes are never compared.
public struct Instant: Hashable, Comparable, Sendable {
    public let nanoseconds: UInt64

    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Before every other moment, far enough to be out of every window.
    public static let distantPast = Instant(nanoseconds: 0)

    public static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    public func advanced(by nanoseconds: UInt64) -> Instant {
        Instant(nanoseconds: self.nanoseconds &+ nanoseconds)
    }

    /// Nanoseconds since `earlier`, 0 where `earlier` is later.
    public func since(_ earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }
}
