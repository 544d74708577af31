import Storage
import Testing
import Topology

@Suite struct LogRecoveryTests {
    @Test("a log without segments begins at segment 1")
    func empty() throws {
        let (log, records) = try recover([])
        #expect(log.ending == .whole(lastSegment: nil, end: 0))
        #expect(log.next == SegmentHeader(dataID: LogScript.dataID, segment: 1, previousEnd: 0))
        #expect(records.isEmpty)
    }

    @Test("every kind of record comes back as it was, in order")
    func roundTrip() throws {
        var script = LogScript()
        let shard = ShardID(.max)
        let position = LogPosition(term: Term(.max), index: .max)
        let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        script.write { $0.appendEntry(shard, position, payload: long.span) }
        script.write { $0.appendEntry(ShardID(0), .start, payload: Span()) }
        script.write { $0.appendTerm(shard, Term(7)) }
        script.write { $0.appendTruncate(shard, after: 8) }
        script.write { $0.appendCommit(shard, index: 9) }
        script.write { $0.appendSnapshotBegin(shard, position) }
        script.write { $0.appendSnapshotChunk(shard, long.span) }
        script.write { $0.appendSnapshotEnd(shard) }
        script.write { $0.appendCheckpointEnd(shard) }
        script.write { $0.appendSynced(upTo: 10) }
        let (log, records) = try recover(script.segments)
        #expect(
            records == [
                .entry(shard, position, payload: long[...]),
                .entry(ShardID(0), .start, payload: []),
                .term(shard, Term(7)), .truncate(shard, after: 8), .commit(shard, index: 9),
                .snapshotBegin(shard, position), .snapshotChunk(shard, long[...]),
                .snapshotEnd(shard), .checkpointEnd(shard), .synced(upTo: 10),
            ]
        )
        #expect(log.records == 10)
        #expect(log.bytes == script.segments[0].count)
        #expect(log.ending == .whole(lastSegment: 1, end: script.encoder.end))
    }

    @Test("a flipped bit of a segment's header is noticed, wherever it is")
    func flippedHeader() {
        var script = LogScript()
        script.entry(1)
        let sound = script.segments[0]
        #expect(SegmentHeader.decode(sound) != .unreadable)
        for bit in 0..<8 * SegmentHeader.byteCount {
            var flipped = sound
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(SegmentHeader.decode(flipped) == .unreadable, "bit \(bit)")
        }
    }

    @Test("records written together are those written one by one")
    func batches() {
        var apart = LogScript()
        var together = LogScript()
        for index in 1...20 { apart.entry(UInt64(index)) }
        together.write { encoder in
            for index in 1...20 {
                let position = LogPosition(term: .first, index: UInt64(index))
                let payload = Array("entry \(index)".utf8)
                encoder.appendEntry(ShardID(3), position, payload: payload.span)
            }
        }
        #expect(apart.segments == together.segments)
    }

    @Test("two buffers take turns without leaving anything behind")
    func takingTurns() {
        var encoder = LogEncoder(
            header: SegmentHeader(dataID: LogScript.dataID, segment: 1, previousEnd: 0)
        )
        var script = LogScript()
        var bytes: [UInt8] = []
        var spare: [UInt8] = []
        for round in 1...5 {
            for index in 1...(6 - round) {
                let position = LogPosition(term: .first, index: UInt64(index))
                let payload = Array("entry \(index)".utf8)
                encoder.appendEntry(ShardID(3), position, payload: payload.span)
                script.entry(UInt64(index))
            }
            let taken = encoder.take(replacement: spare)
            #expect(taken.offset == bytes.count)
            bytes.append(contentsOf: taken.bytes.prefix(taken.count))
            spare = taken.bytes
        }
        #expect(bytes == script.segments[0])
    }

    @Test("segments follow one another, and writing goes on in a new one")
    func segmentsFollow() throws {
        var script = LogScript()
        script.entry(1)
        script.roll()
        script.entry(2)
        let (log, records) = try recover(script.segments)
        #expect(log.ending == .whole(lastSegment: 2, end: script.encoder.end))
        let next = SegmentHeader(
            dataID: LogScript.dataID,
            segment: 3,
            previousEnd: UInt64(script.encoder.end)
        )
        #expect(log.next == next)
        #expect(indices(records) == [1, 2])
    }

    @Test("a log may begin with a later segment, once the earlier ones were removed")
    func removedSegments() throws {
        var script = LogScript()
        script.entry(1)
        script.roll()
        script.entry(2)
        let (log, records) = try recover([script.segments[1]], from: 2)
        #expect(log.ending == .whole(lastSegment: 2, end: script.encoder.end))
        #expect(indices(records) == [2])
    }
}
