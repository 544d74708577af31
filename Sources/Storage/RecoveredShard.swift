public import Topology

/// What a log holds of one shard, beyond what the replay has already applied.
public struct RecoveredShard: Equatable, Sendable {
    public let shard: ShardID
    /// The highest term the replica promised or wrote in: it must refuse lower ones.
    public let promisedTerm: Term
    /// The last entry that is part of the applied state.
    public let applied: LogPosition
    /// The entries above, not known to be committed, in order and without a gap.
    public let tail: [RecoveredEntry]
    /// False when the log breaks off within a replacement of the shard's state.
    ///
    /// The replica then holds neither the old state nor the new one, and the tail is empty.
    public let isComplete: Bool
}

/// An entry that a log holds but does not know to be committed.
public struct RecoveredEntry: Equatable, Sendable {
    public let position: LogPosition
    public let payload: [UInt8]

    public init(position: LogPosition, payload: [UInt8]) {
        self.position = position
        self.payload = payload
    }
}

/// Receives a replayed log's committed state, shard by shard in the log's order.
public protocol LogVisitor {
    /// Applies a committed entry; nothing takes it back.
    mutating func apply(_ shard: ShardID, _ position: LogPosition, payload: ArraySlice<UInt8>)
    /// Forgets what the shard held: a snapshot follows in chunks.
    mutating func beginSnapshot(_ shard: ShardID, _ position: LogPosition)
    mutating func addSnapshotChunk(_ shard: ShardID, _ bytes: ArraySlice<UInt8>)
    mutating func endSnapshot(_ shard: ShardID)
}
