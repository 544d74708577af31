internal import Sockets
import Synchronization

/// Carries "persisted up to" from the log's threads to the node's loop, many reports in one visit.
final class PersistedReports: Sendable {
    private let latest = Mutex(Latest())
    private let waker: LoopWaker

    private struct Latest {
        var sequence: UInt64 = 0
        var isTaken = true
    }

    init(waking waker: LoopWaker) {
        self.waker = waker
    }

    /// Called from any thread; numbers below an earlier one add nothing.
    func report(upTo sequence: UInt64) {
        let wakes = latest.withLock { latest in
            guard sequence > latest.sequence else { return false }
            latest.sequence = sequence
            defer { latest.isTaken = false }
            return latest.isTaken
        }
        if wakes { waker.wake() }
    }

    /// The newest report, if nobody has taken it yet.
    func take() -> UInt64? {
        latest.withLock { latest in
            guard !latest.isTaken else { return nil }
            latest.isTaken = true
            return latest.sequence
        }
    }
}
