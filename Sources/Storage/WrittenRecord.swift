public import Topology

/// One record of the write-ahead log, as it lies in a file; what it means is the replica's to say.
public enum WrittenRecord: Equatable, Sendable {
    /// An entry of a shard's log.
    case entry(ShardID, LogPosition, payload: ArraySlice<UInt8>)
    /// The promise to refuse lower terms.
    case term(ShardID, Term)
    /// The entries above `after` are gone.
    case truncate(ShardID, after: UInt64)
    /// The entries up to `index` are committed.
    case commit(ShardID, index: UInt64)
    /// What follows, up to the end, takes the place of the shard's state and log.
    case snapshotBegin(ShardID, LogPosition)
    case snapshotChunk(ShardID, ArraySlice<UInt8>)
    case snapshotEnd(ShardID)
    /// As `snapshotEnd`, but of the replica's own state: its log behind that stays.
    case checkpointEnd(ShardID)
    /// Everything in front of this offset of the segment was on the disk when this was written.
    case synced(upTo: UInt64)
}

/// How a record lies in a file: length, two checksums, then the body, all little-endian.
///
/// The first checksum covers the length alone, so that a search for records behind a bad one need
/// not believe a random length. It is seeded with the file's salt and the record's own offset:
/// neither another file's bytes nor a record inside a client's value can pass for a record here.
/// The second continues it over the body.
enum LogFrame {
    static let byteCount = 12
    /// The longest body: a limit on what a damaged length can make a reader do.
    static let maximumBodyBytes = 64 << 20

    static func lengthChecksum(length: UInt32, salt: UInt32, offset: Int) -> UInt32 {
        CRC32C.checksum(of: length, continuing: salt ^ UInt32(truncatingIfNeeded: offset))
    }
}

/// The first byte of a body.
enum LogRecordKind: UInt8 {
    case entry = 1
    case term = 2
    case truncate = 3
    case commit = 4
    case snapshotBegin = 5
    case snapshotChunk = 6
    case snapshotEnd = 7
    case checkpointEnd = 8
    case synced = 9

    /// The bytes of the body in front of the payload: kind, shard and what the kind adds.
    var fixedBytes: Int {
        switch self {
        case .entry, .snapshotBegin: 19
        case .term, .truncate, .commit, .synced: 11
        case .snapshotChunk, .snapshotEnd, .checkpointEnd: 3
        }
    }

    var carriesPayload: Bool {
        switch self {
        case .entry, .snapshotChunk: true
        case .term, .truncate, .commit, .snapshotBegin, .snapshotEnd, .checkpointEnd, .synced:
            false
        }
    }
}
