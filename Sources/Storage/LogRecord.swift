import Topology

/// One record of the write-ahead log, as it lies in a file.
enum LogRecord: Equatable, Sendable {
    /// An entry of a shard's log; its index follows the one before it.
    case entry(ShardID, LogPosition, payload: ArraySlice<UInt8>)
    /// The promise to refuse lower terms.
    case term(ShardID, Term)
    /// The entries above `after` are gone.
    case truncate(ShardID, after: UInt64)
    /// The entries up to `index` are committed: a replay may apply them.
    case commit(ShardID, index: UInt64)
    /// What follows, up to the end, is the shard's state as of this entry.
    case snapshotBegin(ShardID, LogPosition, SnapshotPurpose)
    case snapshotChunk(ShardID, ArraySlice<UInt8>)
    case snapshotEnd(ShardID)

    /// The shard the record is about.
    var shard: ShardID {
        switch self {
        case .entry(let shard, _, _), .term(let shard, _), .truncate(let shard, _),
            .commit(let shard, _), .snapshotBegin(let shard, _, _),
            .snapshotChunk(let shard, _), .snapshotEnd(let shard):
            shard
        }
    }
}

/// Why a snapshot stands in the log.
public enum SnapshotPurpose: UInt8, Sendable {
    /// The shard's own log is void; until the end of the snapshot the copy is incomplete.
    case replacement = 0
    /// The same state in fewer bytes, so that older segments can go; the log around it stays valid.
    case checkpoint = 1
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

    /// The bytes of the body in front of the payload: kind, shard and what the kind adds.
    var fixedBytes: Int {
        switch self {
        case .entry: 19
        case .term, .truncate, .commit: 11
        case .snapshotBegin: 20
        case .snapshotChunk, .snapshotEnd: 3
        }
    }

    var carriesPayload: Bool {
        switch self {
        case .entry, .snapshotChunk: true
        case .term, .truncate, .commit, .snapshotBegin, .snapshotEnd: false
        }
    }
}
