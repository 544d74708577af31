internal import CSystemCalls
internal import Topology

/// CLOCK_BOOTTIME, which the cores' decisions rest on: it goes on through a suspend.
struct NodeClock {
    var now: Instant { Instant(nanoseconds: ordeal_boottime_nanoseconds()) }
}
