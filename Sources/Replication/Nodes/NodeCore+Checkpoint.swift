public import Topology

/// One shard's log on its way to being written anew, piece by piece while it serves.
public struct Checkpoint: Sendable {
    public let shard: ShardID
    /// Copies that the replica had begun to take when this began: another one makes this void.
    let copiesBegun: UInt64
    var encoding: StateEncoding
}

extension NodeCore {
    /// Begins to write a shard's log anew: the first records, which say everything that stands behind
    /// the state, and what the rest is to be taken from.
    ///
    /// What the shard has persisted meanwhile may stand among the pieces. Nil where there is nothing to
    /// write, or a copy is on its way in, among whose records no others may stand.
    public func beginCheckpoint(
        of shard: ShardID
    ) -> (checkpoint: Checkpoint, records: [LogRecord])? {
        guard Int(shard.value) < table.replicas.count else { return nil }
        let replica = table.replicas[Int(shard.value)]
        guard replica.incoming == nil, let term = replica.log.term(at: replica.applied) else {
            return nil
        }
        let position = LogPosition(term: term, index: replica.applied)
        var records = [LogRecord.snapshotBegin(shard, position)]
        if replica.storedTerm > .none { records.append(.term(shard, replica.storedTerm)) }
        var index = replica.applied
        while index < replica.log.lastIndex {
            index += 1
            let entry = replica.log[index]
            records.append(
                .entry(shard, LogPosition(term: entry.term, index: index), entry.command)
            )
        }
        let checkpoint = Checkpoint(
            shard: shard,
            copiesBegun: replica.copiesBegun,
            encoding: StateEncoding(replica.state)
        )
        return (checkpoint, records)
    }

    /// The next records of a checkpoint, the last of which ends it; nil where the shard took a copy
    /// meanwhile, so that nothing more may be written of it.
    public func continueCheckpoint(
        _ checkpoint: inout Checkpoint,
        chunkBytes: Int
    ) -> (records: [LogRecord], isLast: Bool)? {
        let replica = table.replicas[Int(checkpoint.shard.value)]
        guard replica.copiesBegun == checkpoint.copiesBegun else { return nil }
        guard !checkpoint.encoding.isFinished else {
            return ([.checkpointEnd(checkpoint.shard)], true)
        }
        let bytes = checkpoint.encoding.next(limit: chunkBytes)
        return ([.snapshotChunk(checkpoint.shard, bytes)], false)
    }
}
