import Topology

/// One machine's own clock: it began at another time than the others, and runs a little faster or
/// slower.
struct SimulatedClock {
    private var since: UInt64
    private var shown: UInt64
    /// In 2^-20 of the true rate.
    private var drift: Int64
    private(set) var jumps = 0

    /// 2^20.
    static let one: Int64 = 1 << 20

    init(showing shown: UInt64, at now: UInt64, drift: Int64) {
        since = now
        self.shown = shown
        self.drift = drift
    }

    func instant(at now: UInt64) -> Instant { Instant(nanoseconds: reading(at: now)) }

    func reading(at now: UInt64) -> UInt64 {
        let passed = Int64(now &- since)
        return shown &+ UInt64(passed &+ (passed &* drift) >> 20)
    }

    /// The true time in which the clock counts a duration.
    func span(of nanoseconds: UInt64) -> UInt64 {
        UInt64(Int64(nanoseconds) &- (Int64(nanoseconds) &* drift) >> 20)
    }

    /// Goes on at another rate.
    mutating func change(drift: Int64, at now: UInt64) {
        shown = reading(at: now)
        since = now
        self.drift = drift
    }

    /// Jumps ahead; a boot clock never goes back.
    mutating func jump(by nanoseconds: UInt64, at now: UInt64) {
        shown = reading(at: now) &+ nanoseconds
        since = now
        jumps += 1
    }
}
