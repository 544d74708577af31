internal import CSystemCalls
import Synchronization

/// Syncs the log every second under `log-everysec`, on a thread of its own, and holds
/// acknowledgements back while what the kernel was given has been un-synced for too long.
package final class LogSyncer: Sendable {
    static let intervalMilliseconds: Int32 = 1_000
    /// Acknowledgements stop above this: a power loss may take what is younger, and nothing else.
    package static let stalenessLimitNanoseconds: UInt64 = 2_000_000_000

    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let onPersisted: @Sendable (UInt64) -> Void
    private let onFailure: @Sendable (FileFailure) -> Void
    private let now: @Sendable () -> UInt64
    private let thread = Mutex<NamedThread?>(nil)

    private struct State {
        var segment: (any LogSegment)?
        /// When the oldest write was made that no sync has begun to cover.
        var oldestUncovered: UInt64?
        /// When the oldest write was made that the running sync covers.
        var oldestInFlight: UInt64?
        /// Written, but not yet reported.
        var heldBack: UInt64?
        var failure: FileFailure?
        var isClosing = false
        var syncs: UInt64 = 0
        var lastSyncNanoseconds: UInt64 = 0

        func isStale(at now: UInt64) -> Bool {
            guard let oldest = oldestInFlight ?? oldestUncovered else { return false }
            return now > oldest + LogSyncer.stalenessLimitNanoseconds
        }
    }

    package init(
        now: @escaping @Sendable () -> UInt64 = { ordeal_boottime_nanoseconds() },
        onPersisted: @escaping @Sendable (UInt64) -> Void,
        onFailure: @escaping @Sendable (FileFailure) -> Void
    ) throws(FileFailure) {
        wakeUp = try WakeUp()
        self.now = now
        self.onPersisted = onPersisted
        self.onFailure = onFailure
        let thread = try NamedThread("log-syncer") { self.run() }
        self.thread.withLock { $0 = thread }
    }

    /// Notes that a write was given to the kernel; reports it unless older ones wait for too long.
    package func wrote(_ segment: any LogSegment, upTo sequence: UInt64) throws(FileFailure) {
        let now = now()
        let (failure, isStale) = state.withLock { state in
            state.segment = segment
            state.oldestUncovered = state.oldestUncovered ?? now
            let isStale = state.isStale(at: now)
            state.heldBack = isStale ? sequence : nil
            return (state.failure, isStale)
        }
        if let failure { throw failure }
        if !isStale { onPersisted(sequence) }
    }

    func addFigures(to figures: inout LogFigures) {
        let now = now()
        state.withLock { state in
            figures.syncs += state.syncs
            if state.syncs > 0 { figures.lastSyncNanoseconds = state.lastSyncNanoseconds }
            figures.isStale = state.isStale(at: now)
        }
    }

    /// Ends the thread and throws what a sync threw; the last sync is left to the caller.
    package func close() throws(FileFailure) {
        abandon()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Reports nothing any more and lets the thread end.
    func abandon() {
        state.withLock { state in
            state.isClosing = true
            state.heldBack = nil
        }
        wakeUp.wake()
    }

    private func run() {
        while true {
            let isOverdue = state.withLock { $0.isStale(at: now()) }
            if !isOverdue { wakeUp.wait(milliseconds: Self.intervalMilliseconds) }
            let (segment, isClosing) = state.withLock { state in
                guard state.oldestUncovered != nil else {
                    return (nil as (any LogSegment)?, state.isClosing)
                }
                state.oldestInFlight = state.oldestUncovered
                state.oldestUncovered = nil
                return (state.segment, state.isClosing)
            }
            guard !isClosing else { return }
            guard let segment else { continue }
            do throws(FileFailure) {
                try synchronize(segment)
            } catch {
                state.withLock { $0.failure = error }
                onFailure(error)
                return
            }
        }
    }

    private func synchronize(_ segment: any LogSegment) throws(FileFailure) {
        let start = now()
        try segment.synchronize()
        let end = now()
        let released = state.withLock { state in
            state.oldestInFlight = nil
            state.syncs += 1
            state.lastSyncNanoseconds = end - start
            guard !state.isStale(at: end) else { return nil as UInt64? }
            defer { state.heldBack = nil }
            return state.heldBack
        }
        if let released { onPersisted(released) }
    }
}
