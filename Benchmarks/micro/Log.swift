import Benchmark
import Replication
import Storage
import Topology

private let payload = Command(.set, [key(1), [UInt8](repeating: 0x78, count: 100)]).bytes

/// Writes records, and takes them as the log writer does.
private struct Writing {
    var encoder = LogEncoder(header: SegmentHeader(dataID: 1, segment: 1, previousEnd: 0))
    var spare = [UInt8](repeating: 0, count: 128 << 10)
    var index: UInt64 = 0

    mutating func append() {
        index += 1
        let position = LogPosition(term: .first, index: index)
        encoder.appendEntry(ShardID(UInt16(index % 256)), position, payload: payload.span)
        if encoder.pendingBytes > 48 << 10 { take() }
    }

    @discardableResult
    mutating func take() -> ArraySlice<UInt8> {
        let taken = encoder.take(replacement: spare)
        spare = taken.bytes
        return taken.bytes[..<taken.count]
    }
}

/// A segment of so many records.
private func segment(records: Int) -> [UInt8] {
    var writing = Writing()
    var bytes: [UInt8] = []
    for _ in 0..<records {
        writing.index += 1
        let position = LogPosition(term: .first, index: writing.index)
        writing.encoder.appendEntry(ShardID(1), position, payload: payload.span)
        bytes += writing.take()
    }
    return bytes
}

func measureLog() {
    for size in [128, 65_536] {
        let bytes = [UInt8](repeating: 0x5a, count: size)
        measure("log, checksum of \(size) bytes", allocating: 0...0) { _ in
            blackHole(CRC32C.checksum(of: bytes.span))
        }
    }
    measure("log, encode a SET of 100 bytes", allocating: 0...0, on: Writing.init) { writing, _ in
        writing.append()
    }
    let content = segment(records: 256)
    measure("log, recover 256 records") { _ in
        var recovery = LogRecovery(dataID: 1)
        var count = 0
        try? recovery.read(content, segment: 1) { _ in count += 1 }
        precondition(count == 256, "The segment is sound.")
        blackHole(recovery.finish())
    }
}
