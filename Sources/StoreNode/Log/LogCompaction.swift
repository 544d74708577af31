internal import NIOCore
internal import Replication
internal import Storage
internal import Topology

/// Keeps the log's length in proportion to the data: writes shards anew at its end, a few in each
/// tick, and lets the segments go that nobody needs any more.
final class LogCompaction {
    private let node: Node
    private let log: LogWriter
    private let oldest: UInt64
    private var retention: LogRetention?
    private var task: RepeatedTask?
    private var lastSegment: UInt64 = 0
    private var liveBytes = 0

    private static let interval = TimeAmount.milliseconds(10)

    /// Made on the node's event loop.
    init(of node: Node, log: LogWriter, oldest: UInt64) {
        self.node = node
        self.log = log
        self.oldest = oldest
    }

    func begin() {
        let bound = NIOLoopBound(self, eventLoop: node.eventLoop)
        task = node.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.interval,
            delay: Self.interval
        ) { _ in
            bound.value.tick()
        }
    }

    func stop() { task?.cancel() }

    private func tick() {
        guard let map = node.map, !log.isFull else { return }
        var retention =
            retention ?? LogRetention(shardCount: map.shards.count, oldest: oldest)
        defer { self.retention = retention }
        let segment = log.segment
        if segment != lastSegment {
            lastSegment = segment
            liveBytes = node.summary.recordBytes
        }
        let next = retention.nextShard(
            current: segment,
            liveBytes: liveBytes,
            segmentBytes: log.segmentBytes
        )
        guard let shard = next else { return }
        let records = node.core.checkpoint(of: shard)
        guard !records.isEmpty else { return }
        let begin = log.append { encoder in
            for record in records { encoder.append(record) }
        }
        retention.checkpointed(shard, in: begin)
        if let first = retention.takeRemovable() { log.removeSegments(before: first) }
        log.flush()
    }
}
