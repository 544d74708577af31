internal import NIOCore
import Synchronization

/// Carries "persisted up to" from the log's threads to the event loop, many reports in one visit.
final class PersistedReports: Sendable {
    private let latest = Mutex(Latest())
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBound<(UInt64) -> Void>

    private struct Latest {
        var sequence: UInt64 = 0
        var isVisitScheduled = false
    }

    /// Made on the event loop, on which `handler` is then called.
    init(on eventLoop: any EventLoop, _ handler: @escaping (UInt64) -> Void) {
        self.eventLoop = eventLoop
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
    }

    /// Called from any thread; numbers below an earlier one add nothing.
    func report(upTo sequence: UInt64) {
        let schedules = latest.withLock { latest in
            guard sequence > latest.sequence else { return false }
            latest.sequence = sequence
            defer { latest.isVisitScheduled = true }
            return !latest.isVisitScheduled
        }
        guard schedules else { return }
        eventLoop.execute {
            let sequence = self.latest.withLock { latest in
                latest.isVisitScheduled = false
                return latest.sequence
            }
            self.handler.value(sequence)
        }
    }
}
