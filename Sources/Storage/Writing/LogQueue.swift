public import Replication

/// What waits to be written to the log: records gather while the batch before them is on its way.
public struct LogQueue: Sendable {
    private var encoder: LogEncoder
    private let segmentBytes: Int
    private let durability: Durability
    /// How far the present segment is synced, and how far it says so.
    private var syncedEnd = 0
    private var markedEnd = 0
    private var lastEnd = 0
    private var lastSequence: UInt64 = 0
    private var removable: UInt64?
    /// Bytes of all records so far, less those that nobody waits for.
    public private(set) var awaitedBytes: UInt64 = 0

    /// - Parameter segmentBytes: A segment that is longer than this is followed by a new one.
    public init(header: SegmentHeader, durability: Durability, segmentBytes: Int) {
        encoder = LogEncoder(header: header)
        self.durability = durability
        self.segmentBytes = segmentBytes
    }

    /// The segment that the next record goes into.
    public var segment: UInt64 { encoder.header.segment }
    public var pendingBytes: Int { encoder.pendingBytes }
    public var isEmpty: Bool { encoder.pendingBytes == 0 && removable == nil }

    /// Encodes records and says that everything up to `sequence` is among them.
    public mutating func append(upTo sequence: UInt64, _ body: (inout LogEncoder) -> Void) {
        let end = encoder.end
        body(&encoder)
        awaitedBytes += UInt64(encoder.end - end)
        lastSequence = sequence
    }

    public mutating func append(_ record: LogRecord, sequence: UInt64) {
        encoder.append(record)
        lastSequence = sequence
    }

    /// Encodes records that nobody waits for, and returns the segment that the first of them is in.
    public mutating func append(_ body: (inout LogEncoder) -> Void) -> UInt64 {
        let segment = encoder.header.segment
        body(&encoder)
        return segment
    }

    /// Removes the segments below this one, once everything that was appended so far is synced.
    public mutating func removeSegments(before segment: UInt64) { removable = segment }

    /// Notes that a segment is on the disk up to an offset; unasked under `log-always`, where a batch is
    /// taken only when the one before it is synced.
    public mutating func noteSynced(_ segment: UInt64, upTo end: Int) {
        if segment == encoder.header.segment { syncedEnd = max(syncedEnd, end) }
    }

    /// Everything that waits; `spare` becomes the next buffer, so that two can take turns.
    public mutating func takeBatch(spare: consuming [UInt8] = []) -> LogBatch {
        let number = encoder.header.segment
        if durability == .logAlways { syncedEnd = lastEnd }
        if encoder.pendingBytes > 0, syncedEnd > markedEnd {
            encoder.appendSynced(upTo: syncedEnd)
            markedEnd = syncedEnd
        }
        let taken = encoder.take(replacement: spare)
        lastEnd = encoder.end
        if encoder.end >= segmentBytes {
            encoder.roll()
            (syncedEnd, markedEnd, lastEnd) = (0, 0, 0)
        }
        defer { removable = nil }
        return LogBatch(
            bytes: taken.bytes,
            count: taken.count,
            segment: number,
            offset: taken.offset,
            lastSequence: lastSequence,
            removable: removable
        )
    }
}

/// Records that are written at once.
public struct LogBatch: Sendable {
    /// The first `count` bytes belong at `offset` of `segment`.
    public var bytes: [UInt8]
    public let count: Int
    public let segment: UInt64
    public let offset: Int
    public let lastSequence: UInt64
    /// Segments below this may go.
    public let removable: UInt64?

    public var beginsSegment: Bool { count > 0 && offset == 0 }
}

/// What a batch asks of the disk, in this order.
///
/// The steps are values, so that a simulated disk can stop between any two of them.
public enum LogStep: CaseIterable, Sendable {
    /// What the new segment says about the one before it must not be durable before it is true.
    case synchronizePrevious
    /// A new file, and the directory synced.
    case create
    case write
    case synchronize
    /// Everything up to the batch's last record is as durable as was promised.
    case report
    /// Before anything goes, what stands in for it must be on the disk.
    case synchronizeBeforeRemoval
    case remove
}

extension LogBatch {
    /// Whether a step is to be taken.
    ///
    /// - Parameter isFirst: Whether this process has written no segment yet.
    public func needs(_ step: LogStep, _ durability: Durability, isFirst: Bool) -> Bool {
        switch step {
        case .synchronizePrevious: beginsSegment && !isFirst
        case .create: beginsSegment
        case .write, .report: true
        case .synchronize: durability == .logAlways
        case .synchronizeBeforeRemoval: removable != nil && durability != .logAlways
        case .remove: removable != nil
        }
    }
}
