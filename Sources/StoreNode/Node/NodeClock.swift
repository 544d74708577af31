internal import CSystemCalls
internal import Topology

/// CLOCK_BOOTTIME, which the cores' decisions rest on: it goes on through a suspend.
struct NodeClock {
    var now: Instant { Instant(nanoseconds: ordeal_boottime_nanoseconds()) }

    /// How far the wall clock is ahead, counted from the Unix epoch, nanoseconds.
    var unixLead: UInt64 {
        let now = ordeal_boottime_nanoseconds()
        return max(now, ordeal_realtime_nanoseconds()) - now
    }
}
