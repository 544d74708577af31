import Storage
import Testing
import Topology

@Suite struct LogRecoveryTests {
    @Test("a log without segments begins at segment 1")
    func empty() throws {
        let log = try recover([]).log
        #expect(log.ending == .whole(lastSegment: nil, end: 0))
        #expect(log.next == SegmentHeader(dataID: LogScript.dataID, segment: 1, previousEnd: 0))
        #expect(log.shards.isEmpty)
    }

    @Test("committed entries are applied in order, the others are handed over")
    func committedAndTail() throws {
        var script = LogScript()
        for index in 1...4 { script.entry(UInt64(index)) }
        script.commit(2)
        let (log, applied) = try recover(script.segments)
        #expect(applied == ["s3 t1:1 entry 1", "s3 t1:2 entry 2"])
        let shard = try #require(log.shards.first)
        #expect(shard.applied == LogPosition(term: .first, index: 2))
        #expect(shard.tail.map(\.position.index) == [3, 4])
        #expect(shard.tail.map { String(decoding: $0.payload, as: UTF8.self) }.last == "entry 4")
        #expect(shard.isComplete)
    }

    @Test("a commit mark beyond the log's end commits what there is")
    func commitBeyondEnd() throws {
        var script = LogScript()
        script.entry(1)
        script.commit(9)
        #expect(try recover(script.segments).log.shards.first?.applied.index == 1)
    }

    @Test("shards are kept apart and come in ascending order")
    func shards() throws {
        var script = LogScript()
        script.entry(1, shard: 200)
        script.entry(1, shard: 7)
        script.entry(2, shard: 200)
        script.commit(1, shard: 200)
        let log = try recover(script.segments).log
        #expect(log.shards.map(\.shard.value) == [7, 200])
        #expect(log.shards.map(\.tail.count) == [1, 1])
    }

    @Test("dropped entries are not recovered, and others take their place")
    func truncation() throws {
        var script = LogScript()
        for index in 1...4 { script.entry(UInt64(index)) }
        script.write { $0.appendTruncate(ShardID(3), after: 2) }
        script.entry(3, term: 2, "new")
        let shard = try #require(try recover(script.segments).log.shards.first)
        #expect(shard.tail.map(\.position.term.value) == [1, 1, 2])
        #expect(shard.promisedTerm == Term(2))
    }

    @Test("a promise survives without any entry, and a lower one does not undo it")
    func promise() throws {
        var script = LogScript()
        script.write { $0.appendTerm(ShardID(3), Term(9)) }
        script.write { $0.appendTerm(ShardID(3), Term(4)) }
        let shard = try #require(try recover(script.segments).log.shards.first)
        #expect(shard.promisedTerm == Term(9))
        #expect(shard.applied == .start)
    }

    @Test("a replacement voids the log before it")
    func replacement() throws {
        var script = LogScript()
        for index in 1...3 { script.entry(UInt64(index)) }
        script.commit(1)
        script.snapshot(at: 10, term: 2, .replacement, chunks: ["a", "b"])
        script.entry(11, term: 2)
        let (log, applied) = try recover(script.segments)
        #expect(
            applied == ["s3 t1:1 entry 1", "s3 begin t2:10", "s3 chunk a", "s3 chunk b", "s3 end"]
        )
        let shard = try #require(log.shards.first)
        #expect(shard.applied == LogPosition(term: Term(2), index: 10))
        #expect(shard.tail.map(\.position.index) == [11])
    }

    @Test("a replacement that breaks off leaves the shard incomplete until another one ends")
    func brokenReplacement() throws {
        var script = LogScript()
        script.entry(1)
        script.snapshot(at: 10, .replacement, chunks: ["a"], isFinished: false)
        let shard = try #require(try recover(script.segments).log.shards.first)
        #expect(!shard.isComplete)
        #expect(shard.tail.isEmpty)

        script.snapshot(at: 0, term: 0, .replacement, chunks: [])
        script.entry(1, term: 2)
        let again = try #require(try recover(script.segments).log.shards.first)
        #expect(again.isComplete)
        #expect(again.tail.map(\.position.index) == [1])
    }

    @Test("a checkpoint stands in for segments that are gone")
    func checkpoint() throws {
        var script = LogScript()
        for index in 1...3 { script.entry(UInt64(index)) }
        script.commit(2)
        script.roll()
        script.entry(4)
        script.snapshot(at: 3, .checkpoint, chunks: ["state"])
        script.entry(5)

        let (whole, applied) = try recover(script.segments)
        #expect(applied == ["s3 t1:1 entry 1", "s3 t1:2 entry 2", "s3 t1:3 entry 3"])
        let (short, visited) = try recover(Array(script.segments.dropFirst()), from: 2)
        #expect(visited == ["s3 begin t1:3", "s3 chunk state", "s3 end"])
        #expect(short.shards == whole.shards)
        #expect(short.shards.first?.tail.map(\.position.index) == [4, 5])
        #expect(short.shards.first?.isComplete == true)
    }

    @Test("a shard whose beginning is gone without a checkpoint is incomplete")
    func missingBeginning() throws {
        var script = LogScript()
        script.entry(5)
        script.commit(5)
        let (log, applied) = try recover(script.segments)
        #expect(applied.isEmpty)
        #expect(log.shards.first?.isComplete == false)
    }

    @Test("segments follow one another, and writing goes on in a new one")
    func segmentsFollow() throws {
        var script = LogScript()
        script.entry(1)
        script.roll()
        script.entry(2)
        let log = try recover(script.segments).log
        #expect(log.ending == .whole(lastSegment: 2, end: script.encoder.end))
        let next = SegmentHeader(
            dataID: LogScript.dataID,
            segment: 3,
            previousEnd: UInt64(script.encoder.end)
        )
        #expect(log.next == next)
        #expect(log.shards.first?.tail.count == 2)
    }

    @Test("what a sound record cannot mean is damage")
    func contradictions() throws {
        var gap = LogScript()
        gap.entry(1)
        gap.entry(3)
        var lowerTerm = LogScript()
        lowerTerm.entry(1, term: 5)
        lowerTerm.entry(2, term: 4)
        var uncommitted = LogScript()
        uncommitted.entry(1)
        uncommitted.commit(1)
        uncommitted.write { $0.appendTruncate(ShardID(3), after: 0) }
        var chunk = LogScript()
        chunk.write { $0.appendSnapshotChunk(ShardID(3), [1].span) }
        for script in [gap, lowerTerm, uncommitted, chunk] {
            let log = try recover(script.segments).log
            guard case .damaged(let damage) = log.ending else {
                Issue.record("not called damaged: \(log.ending)")
                continue
            }
            #expect(damage.segment == 1)
            #expect(log.next.segment == 2)
        }
    }
}
