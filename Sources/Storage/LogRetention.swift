public import Topology

/// Decides which shards must be written anew so that the oldest segments can go.
///
/// A shard's log begins at its last checkpoint; a segment may go when every shard's begins behind it.
public struct LogRetention: Sendable {
    /// Segments below this are gone.
    public private(set) var oldest: UInt64
    /// The segment that each shard's log begins in.
    private var begins: [UInt64]

    /// The least that is kept: less would write the same few shards over and over.
    private static let leastSegments: UInt64 = 4
    /// The log may be so many times as long as what it stands for; each byte that is written anew then
    /// frees at least two.
    private static let lengthFactor = 3

    /// - Parameter oldest: the first segment there is.
    public init(shardCount: Int, oldest: UInt64) {
        self.oldest = oldest
        begins = Array(repeating: oldest, count: shardCount)
    }

    /// The shard to write anew next, nil while the log may stay as long as it is.
    public func nextShard(current: UInt64, liveBytes: Int, segmentBytes: Int) -> ShardID? {
        let live = UInt64(max(0, liveBytes) / max(1, segmentBytes) + 1)
        let kept = max(Self.leastSegments, live * UInt64(Self.lengthFactor))
        guard current >= oldest, current - oldest >= kept,
            let shard = begins.indices.min(by: { begins[$0] < begins[$1] })
        else { return nil }
        return ShardID(UInt16(shard))
    }

    /// Notes a checkpoint, which lies in `segment` and perhaps in those behind it.
    public mutating func checkpointed(_ shard: ShardID, in segment: UInt64) {
        begins[Int(shard.value)] = segment
    }

    /// The segments below this are not needed once the checkpoints are durable; nil when it is none.
    public mutating func takeRemovable() -> UInt64? {
        guard let first = begins.min(), first > oldest else { return nil }
        oldest = first
        return first
    }
}
