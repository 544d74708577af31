internal import CSystemCalls
package import Storage
import Synchronization

/// Syncs the log every second under `log-everysec`, on a thread of its own, and holds
/// acknowledgements back while what the kernel was given has been un-synced for too long.
package final class LogSyncer: Sendable {
    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let onPersisted: @Sendable (UInt64) -> Void
    private let onFailure: @Sendable (FileFailure) -> Void
    private let now: @Sendable () -> UInt64
    private let thread = Mutex<NamedThread?>(nil)

    private struct State {
        var schedule = SyncSchedule()
        var segment: (any LogSegment)?
        /// How far which segment was written.
        var written = (segment: UInt64(0), end: 0)
        /// How far which segment is on the disk.
        var synced = (segment: UInt64(0), end: 0)
        var failure: FileFailure?
        var isClosing = false
        var syncs: UInt64 = 0
        var lastSyncNanoseconds: UInt64 = 0
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

    /// Notes that a batch was given to the kernel; reports it unless older ones wait for too long.
    package func wrote(_ segment: any LogSegment, _ batch: LogBatch) throws(FileFailure) {
        let now = now()
        let (failure, reported) = state.withLock { state in
            state.segment = segment
            state.written = (batch.segment, batch.offset + batch.count)
            return (state.failure, state.schedule.wrote(upTo: batch.lastSequence, at: now))
        }
        if let failure { throw failure }
        if let reported { onPersisted(reported) }
    }

    /// How far which segment is on the disk.
    var synced: (segment: UInt64, end: Int) { state.withLock { $0.synced } }

    func addFigures(to figures: inout LogFigures) {
        let now = now()
        state.withLock { state in
            figures.syncs += state.syncs
            if state.syncs > 0 { figures.lastSyncNanoseconds = state.lastSyncNanoseconds }
            figures.isStale = state.schedule.isStale(at: now)
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
            state.schedule.abandon()
        }
        wakeUp.wake()
    }

    private func run() {
        while true {
            let isOverdue = state.withLock { $0.schedule.isStale(at: now()) }
            if !isOverdue { wakeUp.wait(milliseconds: Int32(SyncSchedule.interval / 1_000_000)) }
            let (segment, written, isClosing) = state.withLock { state in
                let begins = !state.isClosing && state.schedule.beginSync()
                return (begins ? state.segment : nil, state.written, state.isClosing)
            }
            guard !isClosing else { return }
            guard let segment else { continue }
            do throws(FileFailure) {
                try synchronize(segment)
                state.withLock { $0.synced = written }
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
            state.syncs += 1
            state.lastSyncNanoseconds = end - start
            return state.schedule.endSync(at: end)
        }
        if let released { onPersisted(released) }
    }
}
