internal import CSystemCalls
package import Storage
import Synchronization

/// Writes the log on a thread of its own, so that a slow disk never holds up the event loop.
///
/// The event loop encodes records into a buffer behind a lock; the thread takes the whole buffer, and
/// while it writes, the next one fills. Under `log-always` one sync therefore covers everything that
/// arrived while the one before it ran.
package final class LogWriter: Sendable {
    /// Above this, the node should take no more requests: the disk does not keep up.
    static let queueLimitBytes = 64 << 20
    /// Restarts read whole segments into memory, and retention removes whole segments.
    package static let segmentBytes = 64 << 20
    /// A buffer that a burst made longer than this is not kept.
    private static let spareLimitBytes = 4 << 20

    /// An event loop that takes longer is not waited for.
    private static let patienceMilliseconds: Int32 = 1

    private let shared: Mutex<Shared>
    private let figuresSoFar = Mutex(LogFigures())
    private let wakeUp: WakeUp
    private let medium: any LogMedium
    private let syncer: LogSyncer?
    private let durability: Storage.Durability
    let segmentBytes: Int
    private let onPersisted: @Sendable (UInt64) -> Void
    private let onFailure: @Sendable (FileFailure) -> Void
    /// Set once, right after the thread's start.
    private let thread = Mutex<NamedThread?>(nil)

    private struct Shared {
        var queue: LogQueue
        var isThreadWaiting = false
        var isClosing = false
    }

    private enum Turn {
        case write(LogBatch)
        case sleep(spare: [UInt8])
        case end
    }

    /// Begins the segment that `header` names, which must not exist.
    ///
    /// `onPersisted` and `onFailure` are called on the log's threads. After a failure nothing is
    /// reported as persisted any more: the process has to end. One failure may be reported twice.
    package init(
        header: SegmentHeader,
        durability: Storage.Durability,
        medium: any LogMedium,
        segmentBytes: Int = LogWriter.segmentBytes,
        onPersisted: @escaping @Sendable (UInt64) -> Void,
        onFailure: @escaping @Sendable (FileFailure) -> Void
    ) throws(FileFailure) {
        precondition(durability.writesLog, "there is no log to write under memory")
        let queue = LogQueue(header: header, durability: durability, segmentBytes: segmentBytes)
        shared = Mutex(Shared(queue: queue))
        self.durability = durability
        wakeUp = try WakeUp()
        self.medium = medium
        self.segmentBytes = segmentBytes
        self.onPersisted = onPersisted
        self.onFailure = onFailure
        syncer =
            durability == .logAlways
            ? nil : try LogSyncer(onPersisted: onPersisted, onFailure: onFailure)
        let thread = try NamedThread("log-writer") {
            // Who wakes it has more for the same sync: it need not take the core from them.
            if durability == .logAlways { _ = ordeal_wake_politely() }
            self.run()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Encodes records and says that everything up to `sequence` is among them.
    ///
    /// They are handed to the disk with the next ``flush()`` at the latest.
    package func append(upTo sequence: UInt64, _ body: (inout LogEncoder) -> Void) {
        shared.withLock { $0.queue.append(upTo: sequence, body) }
    }

    /// Encodes records that nobody waits for, and returns the segment that the first of them is in.
    func append(_ body: (inout LogEncoder) -> Void) -> UInt64 {
        shared.withLock { $0.queue.append(body) }
    }

    /// Removes the segments below this one, once everything that was appended so far is synced.
    func removeSegments(before segment: UInt64) {
        shared.withLock { $0.queue.removeSegments(before: segment) }
    }

    /// The segment that is being written, how much waits for the disk, and how much somebody waited for
    /// so far.
    var place: (segment: UInt64, pendingBytes: Int, awaitedBytes: UInt64) {
        shared.withLock { ($0.queue.segment, $0.queue.pendingBytes, $0.queue.awaitedBytes) }
    }

    /// Wakes the thread where it sleeps; call it at the end of a turn of the event loop.
    ///
    /// - Returns: Whether the thread is still at an earlier batch, so that this one waits for it.
    @discardableResult
    package func flush() -> Bool {
        let (isBusy, wakes) = shared.withLock { shared in
            guard shared.isThreadWaiting else { return (true, false) }
            guard !shared.queue.isEmpty else { return (false, false) }
            shared.isThreadWaiting = false
            return (false, true)
        }
        if wakes { wakeUp.wake() }
        return isBusy
    }

    /// Whether so much waits for the disk that requests should be refused.
    var isFull: Bool { shared.withLock { $0.queue.pendingBytes } > Self.queueLimitBytes }

    package var figures: LogFigures {
        var figures = figuresSoFar.withLock { $0 }
        figures.queuedBytes = shared.withLock { $0.queue.pendingBytes }
        if let syncer { syncer.addFigures(to: &figures) }
        return figures
    }

    /// Writes and syncs what is left, then ends the thread; nothing may be appended afterwards.
    package func close() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        shared.withLock { shared in
            shared.isClosing = true
            shared.isThreadWaiting = false
        }
        wakeUp.wake()
        thread.join()
    }

    private func run() {
        do throws(FileFailure) {
            try writeUntilClosed()
        } catch {
            syncer?.abandon()
            onFailure(error)
        }
    }

    private func writeUntilClosed() throws(FileFailure) {
        var segment: (any LogSegment)?
        var spare: [UInt8] = []
        turns: while true {
            switch nextTurn(spare: spare) {
            case .end: break turns
            case .sleep(let unused):
                spare = unused
                wakeUp.wait()
            case .write(let batch):
                let isFirst = segment == nil
                for step in LogStep.allCases where batch.needs(step, durability, isFirst: isFirst) {
                    try take(step, of: batch, &segment)
                }
                spare = batch.bytes.count > Self.spareLimitBytes ? [] : batch.bytes
                if durability == .logAlways { awaitConsequences() }
            }
        }
        try syncer?.close()
        if let segment { try synchronize(segment) }
    }

    /// Lets the event loop add what follows from the report, where something waits already: one sync
    /// covers both, where two would each cover half.
    private func awaitConsequences() {
        let waits = shared.withLock { shared in
            shared.isThreadWaiting = !shared.queue.isEmpty && !shared.isClosing
            return shared.isThreadWaiting
        }
        if waits { wakeUp.wait(milliseconds: Self.patienceMilliseconds) }
    }

    private func nextTurn(spare: [UInt8]) -> Turn {
        let synced = syncer?.synced
        return shared.withLock { shared in
            shared.isThreadWaiting = false
            if let synced { shared.queue.noteSynced(synced.segment, upTo: synced.end) }
            guard shared.queue.isEmpty else { return .write(shared.queue.takeBatch(spare: spare)) }
            guard !shared.isClosing else { return .end }
            shared.isThreadWaiting = true
            return .sleep(spare: spare)
        }
    }

    private func take(
        _ step: LogStep,
        of batch: LogBatch,
        _ current: inout (any LogSegment)?
    ) throws(FileFailure) {
        if step == .create {
            current = try medium.create(batch.segment)
            figuresSoFar.withLock { $0.segment = batch.segment }
        }
        guard let segment = current else {
            preconditionFailure("a log begins with a segment's header")
        }
        switch step {
        case .create: break
        case .synchronizePrevious, .synchronize, .synchronizeBeforeRemoval:
            try synchronize(segment)
        case .write:
            try segment.write(batch.bytes, count: batch.count)
            figuresSoFar.withLock { figures in
                figures.writes += 1
                figures.bytes += UInt64(batch.count)
            }
        case .report:
            guard let syncer else {
                onPersisted(batch.lastSequence)
                return
            }
            try syncer.wrote(segment, batch)
        case .remove: if let first = batch.removable { try medium.remove(before: first) }
        }
    }

    private func synchronize(_ segment: any LogSegment) throws(FileFailure) {
        let start = ordeal_boottime_nanoseconds()
        try segment.synchronize()
        let duration = ordeal_boottime_nanoseconds() - start
        figuresSoFar.withLock { figures in
            figures.syncs += 1
            figures.lastSyncNanoseconds = duration
        }
    }
}
