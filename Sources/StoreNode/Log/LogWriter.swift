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

    private let shared: Mutex<Shared>
    private let figuresSoFar = Mutex(LogFigures())
    private let wakeUp: WakeUp
    private let medium: any LogMedium
    private let syncer: LogSyncer?
    let segmentBytes: Int
    private let onPersisted: @Sendable (UInt64) -> Void
    private let onFailure: @Sendable (FileFailure) -> Void
    /// Set once, right after the thread's start.
    private let thread = Mutex<NamedThread?>(nil)

    private struct Shared {
        var encoder: LogEncoder
        var lastSequence: UInt64 = 0
        var isThreadWaiting = false
        var isClosing = false
        /// Segments below this may go once everything that was appended is synced.
        var removable: UInt64?
    }

    private struct Batch {
        let bytes: [UInt8]
        let count: Int
        let beginsSegment: UInt64?
        let lastSequence: UInt64
        let removable: UInt64?

        /// Whether the thread has nothing to do.
        var isIdle: Bool { count == 0 && removable == nil }
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
        shared = Mutex(Shared(encoder: LogEncoder(header: header)))
        wakeUp = try WakeUp()
        self.medium = medium
        self.segmentBytes = segmentBytes
        self.onPersisted = onPersisted
        self.onFailure = onFailure
        syncer =
            durability == .logAlways
            ? nil : try LogSyncer(onPersisted: onPersisted, onFailure: onFailure)
        let thread = try NamedThread("log-writer") { self.run() }
        self.thread.withLock { $0 = thread }
    }

    /// Encodes records and says that everything up to `sequence` is among them.
    ///
    /// They are handed to the disk with the next ``flush()`` at the latest.
    package func append(upTo sequence: UInt64, _ body: (inout LogEncoder) -> Void) {
        shared.withLock { shared in
            body(&shared.encoder)
            shared.lastSequence = sequence
        }
    }

    /// Encodes records that nobody waits for, and returns the segment that the first of them is in.
    func append(_ body: (inout LogEncoder) -> Void) -> UInt64 {
        shared.withLock { shared in
            let segment = shared.encoder.header.segment
            body(&shared.encoder)
            return segment
        }
    }

    /// Removes the segments below this one, once everything that was appended so far is synced.
    func removeSegments(before segment: UInt64) {
        shared.withLock { $0.removable = segment }
    }

    /// The segment that is being written.
    var segment: UInt64 { shared.withLock { $0.encoder.header.segment } }

    /// Wakes the thread where it sleeps; call it at the end of a turn of the event loop.
    package func flush() {
        let wakes = shared.withLock { shared in
            guard shared.isThreadWaiting,
                shared.encoder.pendingBytes > 0 || shared.removable != nil
            else { return false }
            shared.isThreadWaiting = false
            return true
        }
        if wakes { wakeUp.wake() }
    }

    /// Whether so much waits for the disk that requests should be refused.
    var isFull: Bool { shared.withLock { $0.encoder.pendingBytes } > Self.queueLimitBytes }

    package var figures: LogFigures {
        var figures = figuresSoFar.withLock { $0 }
        figures.queuedBytes = shared.withLock { $0.encoder.pendingBytes }
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
        while true {
            guard let batch = takeBatch(spare: spare) else { break }
            guard !batch.isIdle else {
                spare = batch.bytes
                wakeUp.wait()
                continue
            }
            if let number = batch.beginsSegment {
                // What the new file says about the old one must not be durable before it is true.
                if let segment { try synchronize(segment) }
                segment = try medium.create(number)
                figuresSoFar.withLock { $0.segment = number }
            }
            guard let segment else { preconditionFailure("a log begins with a segment's header") }
            try segment.write(batch.bytes, count: batch.count)
            figuresSoFar.withLock { figures in
                figures.writes += 1
                figures.bytes += UInt64(batch.count)
            }
            if let syncer {
                try syncer.wrote(segment, upTo: batch.lastSequence)
            } else {
                try synchronize(segment)
                onPersisted(batch.lastSequence)
            }
            if let removable = batch.removable {
                if syncer != nil { try synchronize(segment) }
                try medium.remove(before: removable)
            }
            spare = batch.bytes.count > Self.spareLimitBytes ? [] : batch.bytes
        }
        try syncer?.close()
        if let segment { try synchronize(segment) }
    }

    /// Nil when the log is closed and nothing is left; an empty batch when it is time to sleep.
    private func takeBatch(spare: [UInt8]) -> Batch? {
        shared.withLock { shared in
            guard shared.encoder.pendingBytes > 0 || shared.removable != nil else {
                guard !shared.isClosing else { return nil }
                shared.isThreadWaiting = true
                return Batch(
                    bytes: spare,
                    count: 0,
                    beginsSegment: nil,
                    lastSequence: shared.lastSequence,
                    removable: nil
                )
            }
            defer { shared.removable = nil }
            let number = shared.encoder.header.segment
            let taken = shared.encoder.take(replacement: spare)
            if shared.encoder.end >= segmentBytes { shared.encoder.roll() }
            return Batch(
                bytes: taken.bytes,
                count: taken.count,
                beginsSegment: taken.offset == 0 ? number : nil,
                lastSequence: shared.lastSequence,
                removable: shared.removable
            )
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
