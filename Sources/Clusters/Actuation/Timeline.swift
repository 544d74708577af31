internal import CSystemCalls
internal import Synchronization

/// Calls on time: a thread that sleeps until the next moment and then acts, whatever else waits.
final class Timeline: Sendable {
    private let moments: [(at: UInt64, call: @Sendable () -> Void)]
    private let isStopped = Mutex(false)

    /// How long a stop may go unnoticed.
    private static let longestSleep: UInt64 = 10_000_000

    /// Nanoseconds of CLOCK_MONOTONIC; equal moments keep their order.
    init(_ moments: [(at: UInt64, call: @Sendable () -> Void)]) {
        self.moments = moments.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    /// Nothing that is not yet due is called any more.
    func stop() { isStopped.withLock { $0 = true } }

    /// Returns when everything was called, or after a stop.
    func run() async {
        await withCheckedContinuation { continuation in
            runOnOwnThread {
                _ = ordeal_become_punctual()
                self.callEverything()
                continuation.resume()
            }
        }
    }

    private func callEverything() {
        for moment in moments {
            while true {
                if isStopped.withLock({ $0 }) { return }
                let now = ordeal_monotonic_nanoseconds()
                if now >= moment.at { break }
                ordeal_sleep_until(min(moment.at, now + Self.longestSleep))
            }
            moment.call()
        }
    }
}
