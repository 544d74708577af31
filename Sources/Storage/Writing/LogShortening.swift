public import Replication
internal import Topology

/// Keeps a log's length in proportion to the data: writes shards anew at its end, one after the other and
/// each piece by piece, and says which segments nobody needs any more.
public struct LogShortening: Sendable {
    private var retention: LogRetention
    private var writing: (checkpoint: Checkpoint, segment: UInt64)?

    /// Shards that one step may begin: small ones cost little more than their beginning.
    private static let shardLimit = 4
    private static let chunkBytes = 64 * 1024

    /// - Parameter oldest: the first segment there is.
    public init(shardCount: Int, oldest: UInt64) {
        retention = LogRetention(shardCount: shardCount, oldest: oldest)
    }

    /// Writes about `byteLimit` bytes, and what a shard has uncommitted beside them.
    ///
    /// - Parameters:
    ///   - current: the segment that is being written.
    ///   - append: adds to the log, and returns the segment that the first record is in.
    /// - Returns: the first segment that is still needed once everything so far is on the disk, where
    ///   that has changed.
    public mutating func step(
        _ core: NodeCore,
        current: UInt64,
        liveBytes: Int,
        segmentBytes: Int,
        byteLimit: Int,
        append: ((inout LogEncoder) -> Void) -> UInt64
    ) -> UInt64? {
        var shards = 0
        var left = byteLimit
        var removable: UInt64?
        while left > 0 {
            if writing == nil {
                guard shards < Self.shardLimit,
                    let shard = retention.nextShard(
                        current: current,
                        liveBytes: liveBytes,
                        segmentBytes: segmentBytes
                    ),
                    let (checkpoint, records) = core.beginCheckpoint(of: shard)
                else { return removable }
                shards += 1
                writing = (checkpoint, Self.write(records, append))
            }
            guard let (begun, segment) = writing else { return removable }
            var checkpoint = begun
            writing = nil
            let size = min(left, Self.chunkBytes)
            guard let piece = core.continueCheckpoint(&checkpoint, chunkBytes: size) else {
                continue
            }
            _ = Self.write(piece.records, append)
            guard piece.isLast else {
                left -= size
                writing = (checkpoint, segment)
                continue
            }
            retention.checkpointed(checkpoint.shard, in: segment)
            removable = retention.takeRemovable() ?? removable
        }
        return removable
    }

    private static func write(
        _ records: [LogRecord],
        _ append: ((inout LogEncoder) -> Void) -> UInt64
    ) -> UInt64 {
        append { encoder in
            for record in records { encoder.append(record) }
        }
    }
}
