public import Topology

extension NodeCore {
    /// What one shard's log would say if it began now: records that stand in for all earlier ones.
    ///
    /// They must follow one another in the log with nothing between. A log that is torn among them
    /// still says everything, as long as its earlier records are there.
    public func checkpoint(of shard: ShardID, chunkBytes: Int = 256 * 1024) -> [LogRecord] {
        guard Int(shard.value) < table.replicas.count else { return [] }
        let replica = table.replicas[Int(shard.value)]
        guard let term = replica.log.term(at: replica.applied) else { return [] }
        let position = LogPosition(term: term, index: replica.applied)
        var records = [LogRecord.snapshotBegin(shard, position)]
        var rest = replica.state.encoded()[...]
        while !rest.isEmpty {
            let piece = rest.prefix(chunkBytes)
            records.append(.snapshotChunk(shard, Array(piece)))
            rest = rest.dropFirst(piece.count)
        }
        records.append(.checkpointEnd(shard))
        var index = replica.applied
        while index < replica.log.lastIndex {
            index += 1
            let entry = replica.log[index]
            records.append(
                .entry(shard, LogPosition(term: entry.term, index: index), entry.command)
            )
        }
        if replica.storedTerm > .none { records.append(.term(shard, replica.storedTerm)) }
        return records
    }
}
