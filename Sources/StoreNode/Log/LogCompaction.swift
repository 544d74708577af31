internal import Replication
internal import Storage
internal import Topology

/// Shortens the log while the node serves: a bounded piece in each tick, as much as clients wrote
/// meanwhile and a little more.
final class LogCompaction {
    private let log: LogWriter
    private let oldest: UInt64
    private var shortening: LogShortening?
    private var lastSegment: UInt64 = 0
    private var liveBytes = 0
    private var awaitedBytes: UInt64 = 0

    /// Bytes written anew in one tick.
    ///
    /// Each of them frees at least two, so the log's length is bounded although clients may write more.
    private static let leastBytes: UInt64 = 64 << 10
    private static let mostBytes: UInt64 = 512 << 10
    /// What waits for the disk must not wait behind more than this.
    private static let pendingLimit = 4 << 20

    init(of log: LogWriter, oldest: UInt64) {
        self.log = log
        self.oldest = oldest
    }

    /// Called with every tick of the node.
    func tick(node: Node) {
        let place = log.place
        let written = place.awaitedBytes - awaitedBytes
        awaitedBytes = place.awaitedBytes
        guard let map = node.map, place.pendingBytes <= Self.pendingLimit else { return }
        if place.segment != lastSegment {
            lastSegment = place.segment
            liveBytes = node.summary.recordBytes
        }
        var shortening =
            shortening ?? LogShortening(shardCount: map.shards.count, oldest: oldest)
        self.shortening = nil
        let removable = shortening.step(
            node.core,
            current: place.segment,
            liveBytes: liveBytes,
            segmentBytes: log.segmentBytes,
            byteLimit: Int(min(Self.leastBytes + written, Self.mostBytes)),
            append: { log.append($0) }
        )
        self.shortening = shortening
        if let removable { log.removeSegments(before: removable) }
        log.flush()
    }
}
