import Storage
import Topology

/// Writes segments into memory as a node would write them into files.
struct LogScript {
    static let dataID: UInt64 = 0x5eed_da7a

    private(set) var encoder: LogEncoder
    private(set) var segments: [[UInt8]] = [[]]
    /// Where each record of the last segment ends.
    private(set) var ends: [Int] = []

    init(continuing header: SegmentHeader? = nil) {
        encoder = LogEncoder(
            header: header ?? SegmentHeader(dataID: Self.dataID, segment: 1, previousEnd: 0),
            reserving: 0
        )
    }

    mutating func write(_ body: (inout LogEncoder) -> Void) {
        body(&encoder)
        let taken = encoder.take()
        segments[segments.count - 1].append(contentsOf: taken.bytes.prefix(taken.count))
        ends.append(encoder.end)
    }

    mutating func entry(_ index: UInt64, term: UInt64 = 1, shard: UInt16 = 3, _ text: String = "") {
        let payload = Array((text.isEmpty ? "entry \(index)" : text).utf8)
        let position = LogPosition(term: Term(term), index: index)
        write { $0.appendEntry(ShardID(shard), position, payload: payload.span) }
    }

    mutating func commit(_ index: UInt64, shard: UInt16 = 3) {
        write { $0.appendCommit(ShardID(shard), index: index) }
    }

    mutating func snapshot(
        at index: UInt64,
        term: UInt64 = 1,
        shard: UInt16 = 3,
        chunks: [String]
    ) {
        let shard = ShardID(shard)
        let position = LogPosition(term: Term(term), index: index)
        write { $0.appendSnapshotBegin(shard, position) }
        for chunk in chunks {
            write { $0.appendSnapshotChunk(shard, Array(chunk.utf8).span) }
        }
        write { $0.appendSnapshotEnd(shard) }
    }

    /// Says that everything so far is on the disk.
    mutating func synced() {
        let end = encoder.end
        write { $0.appendSynced(upTo: end) }
    }

    mutating func roll() {
        write { _ in }
        encoder.roll()
        segments.append([])
        ends = []
        write { _ in }
    }
}

/// Recovers segments that are numbered from `first`.
func recover(
    _ segments: [[UInt8]],
    from first: UInt64 = 1
) throws(LogError) -> (log: RecoveredLog, records: [WrittenRecord]) {
    var recovery = LogRecovery(dataID: LogScript.dataID)
    var records: [WrittenRecord] = []
    for (number, bytes) in segments.enumerated() {
        try recovery.read(bytes, segment: first + UInt64(number)) { records.append($0) }
    }
    return (recovery.finish(), records)
}

/// Where the entries among the records stand.
func indices(_ records: [WrittenRecord]) -> [UInt64] {
    records.compactMap { record in
        if case .entry(_, let position, _) = record { position.index } else { nil }
    }
}
