public import Topology

/// Writes records behind one another into a buffer that is handed over as a whole.
///
/// The encoder knows which segment it is in and at which offset, because both are part of every
/// checksum. It never splits a record over two segments.
public struct LogEncoder: Sendable {
    /// The longest payload of an entry or a snapshot chunk.
    public static let maximumPayloadBytes =
        LogFrame.maximumBodyBytes - LogRecordKind.entry.fixedBytes

    /// The segment that the next record goes into.
    public private(set) var header: SegmentHeader
    /// The offset in the segment of the next record.
    public private(set) var end: Int

    /// As long as its capacity; the first `pendingBytes` are real.
    private var buffer: [UInt8]
    /// How many bytes wait to be taken.
    public private(set) var pendingBytes = 0
    private var salt: UInt32

    /// Begins a new segment; its header is the first thing to be taken.
    public init(header: SegmentHeader, reserving capacity: Int = 64 << 10) {
        self.header = header
        self.salt = header.salt
        self.end = 0
        self.buffer = [UInt8](repeating: 0, count: max(capacity, SegmentHeader.byteCount))
        writeHeader()
    }

    public mutating func appendEntry(
        _ shard: ShardID,
        _ position: LogPosition,
        payload: Span<UInt8>
    ) {
        let body = begin(.entry, shard: shard, payloadBytes: payload.count)
        buffer.storeLittleEndian(position.term.value, at: body + 3)
        buffer.storeLittleEndian(position.index, at: body + 11)
        finish(body, .entry, payload: payload)
    }

    public mutating func appendTerm(_ shard: ShardID, _ term: Term) {
        append(.term, shard: shard, number: term.value)
    }

    public mutating func appendTruncate(_ shard: ShardID, after index: UInt64) {
        append(.truncate, shard: shard, number: index)
    }

    public mutating func appendCommit(_ shard: ShardID, index: UInt64) {
        append(.commit, shard: shard, number: index)
    }

    public mutating func appendSnapshotBegin(_ shard: ShardID, _ position: LogPosition) {
        let body = begin(.snapshotBegin, shard: shard, payloadBytes: 0)
        buffer.storeLittleEndian(position.term.value, at: body + 3)
        buffer.storeLittleEndian(position.index, at: body + 11)
        finish(body, .snapshotBegin, payload: Span())
    }

    public mutating func appendSnapshotChunk(_ shard: ShardID, _ bytes: Span<UInt8>) {
        let body = begin(.snapshotChunk, shard: shard, payloadBytes: bytes.count)
        finish(body, .snapshotChunk, payload: bytes)
    }

    public mutating func appendSnapshotEnd(_ shard: ShardID) {
        let body = begin(.snapshotEnd, shard: shard, payloadBytes: 0)
        finish(body, .snapshotEnd, payload: Span())
    }

    public mutating func appendCheckpointEnd(_ shard: ShardID) {
        let body = begin(.checkpointEnd, shard: shard, payloadBytes: 0)
        finish(body, .checkpointEnd, payload: Span())
    }

    /// Says that everything in front of an offset of this segment is on the disk.
    public mutating func appendSynced(upTo offset: Int) {
        append(.synced, shard: ShardID(0), number: UInt64(offset))
    }

    /// The bytes written since the last call, which belong at `offset` of the current segment.
    ///
    /// `replacement` becomes the next buffer, so that two of them can take turns.
    public mutating func take(
        replacement: consuming [UInt8] = []
    ) -> (bytes: [UInt8], count: Int, offset: Int) {
        let taken = (bytes: buffer, count: pendingBytes, offset: end - pendingBytes)
        buffer = replacement
        pendingBytes = 0
        return taken
    }

    /// Begins the next segment; what the last one still has pending must be taken before.
    public mutating func roll() {
        precondition(pendingBytes == 0, "the old segment's bytes would land in the new one")
        header = SegmentHeader(
            dataID: header.dataID,
            segment: header.segment + 1,
            previousEnd: UInt64(end)
        )
        salt = header.salt
        end = 0
        writeHeader()
    }

    private mutating func writeHeader() {
        reserve(SegmentHeader.byteCount)
        header.encode(into: &buffer)
        pendingBytes = SegmentHeader.byteCount
        end = SegmentHeader.byteCount
    }

    private mutating func append(_ kind: LogRecordKind, shard: ShardID, number: UInt64) {
        let body = begin(kind, shard: shard, payloadBytes: 0)
        buffer.storeLittleEndian(number, at: body + 3)
        finish(body, kind, payload: Span())
    }

    /// Makes room, writes kind and shard, and returns where the body begins.
    private mutating func begin(_ kind: LogRecordKind, shard: ShardID, payloadBytes: Int) -> Int {
        precondition(
            payloadBytes <= Self.maximumPayloadBytes,
            "the payload is too long for a record"
        )
        reserve(LogFrame.byteCount + kind.fixedBytes + payloadBytes)
        let body = pendingBytes + LogFrame.byteCount
        buffer.storeLittleEndian(kind.rawValue, at: body)
        buffer.storeLittleEndian(shard.value, at: body + 1)
        return body
    }

    /// Copies the payload behind the fixed part and puts length and checksums in front.
    private mutating func finish(_ body: Int, _ kind: LogRecordKind, payload: Span<UInt8>) {
        let length = kind.fixedBytes + payload.count
        let lengthCheck = LogFrame.lengthChecksum(length: UInt32(length), salt: salt, offset: end)
        buffer.storeBytes(of: payload, at: body + kind.fixedBytes)
        let check = CRC32C.checksum(
            of: buffer.span.extracting(body..<body + length),
            continuing: lengthCheck
        )
        buffer.storeLittleEndian(UInt32(length), at: pendingBytes)
        buffer.storeLittleEndian(lengthCheck, at: pendingBytes + 4)
        buffer.storeLittleEndian(check, at: pendingBytes + 8)
        pendingBytes += LogFrame.byteCount + length
        end += LogFrame.byteCount + length
    }

    private mutating func reserve(_ count: Int) {
        let needed = pendingBytes + count
        guard needed > buffer.count else { return }
        let grown = max(needed, buffer.count * 2)
        buffer.append(contentsOf: repeatElement(0, count: grown - buffer.count))
    }
}
