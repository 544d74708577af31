public import Replication
internal import Topology

/// Gathers a log's records by shard, in the form in which a replica takes them over.
public struct RecoveredShards {
    /// By the shard's number; as long as the highest that occurred asks for.
    private var shards: [RecoveredShard?] = []
    /// What an entry holds that this build cannot carry out; nil where there is nothing of the kind.
    public private(set) var unknown: String?

    /// The shards that occurred, in ascending order.
    public var all: [RecoveredShard] { shards.compactMap(\.self) }

    private let amend: ((LogRecord) -> [LogRecord])?

    /// - Parameter amend: what a broken store makes of a record, so that tests can plant it.
    public init(amend: ((LogRecord) -> [LogRecord])? = nil) { self.amend = amend }

    public mutating func replay(_ record: WrittenRecord) {
        switch record {
        case .entry(let shard, let position, let payload):
            // The checksum held, so it is what a build wrote that knows other commands.
            guard let command = Command(bytes: Array(payload)) else {
                unknown = "an entry of \(shard) is no command that this build knows"
                return
            }
            replay(.entry(shard, position, command), of: shard)
        case .term(let shard, let term): replay(.term(shard, term), of: shard)
        case .truncate(let shard, let index): replay(.truncate(shard, after: index), of: shard)
        case .commit(let shard, let index): replay(.commit(shard, index), of: shard)
        case .snapshotBegin(let shard, let position):
            replay(.snapshotBegin(shard, position), of: shard)
        case .snapshotChunk(let shard, let bytes):
            replay(.snapshotChunk(shard, Array(bytes)), of: shard)
        case .snapshotEnd(let shard): replay(.snapshotEnd(shard), of: shard)
        case .checkpointEnd(let shard): replay(.checkpointEnd(shard), of: shard)
        case .synced: break
        }
    }

    private mutating func replay(_ record: LogRecord, of shard: ShardID) {
        let index = Int(shard.value)
        while shards.count <= index { shards.append(nil) }
        if shards[index] == nil { shards[index] = RecoveredShard(shard: shard) }
        guard let amend else {
            shards[index]?.replay(record)
            return
        }
        for amended in amend(record) { shards[index]?.replay(amended) }
    }
}

extension LogEncoder {
    /// Writes a record as a replica wants it persisted.
    public mutating func append(_ record: LogRecord) {
        switch record {
        case .entry(let shard, let position, let command):
            appendEntry(shard, position, payload: command.bytes.span)
        case .term(let shard, let term): appendTerm(shard, term)
        case .truncate(let shard, let index): appendTruncate(shard, after: index)
        case .commit(let shard, let index): appendCommit(shard, index: index)
        case .snapshotBegin(let shard, let position): appendSnapshotBegin(shard, position)
        case .snapshotChunk(let shard, let bytes): appendSnapshotChunk(shard, bytes.span)
        case .snapshotEnd(let shard): appendSnapshotEnd(shard)
        case .checkpointEnd(let shard): appendCheckpointEnd(shard)
        }
    }
}
