import Replication
import Topology

extension NodeCore {
    /// A whole checkpoint at once.
    func checkpoint(of shard: ShardID, chunkBytes: Int = 256 * 1024) -> [LogRecord] {
        guard var (checkpoint, records) = beginCheckpoint(of: shard) else { return [] }
        while let piece = continueCheckpoint(&checkpoint, chunkBytes: chunkBytes) {
            records += piece.records
            if piece.isLast { break }
        }
        return records
    }
}
