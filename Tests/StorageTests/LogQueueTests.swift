import Storage
import Testing
import Topology

@Suite struct LogQueueTests {
    private func queue(_ durability: Durability, segmentBytes: Int = 1 << 20) -> LogQueue {
        LogQueue(
            header: SegmentHeader(dataID: LogScript.dataID, segment: 1, previousEnd: 0),
            durability: durability,
            segmentBytes: segmentBytes
        )
    }

    private func marks(_ segments: [[UInt8]]) throws -> [UInt64] {
        try recover(segments).records.compactMap { record in
            if case .synced(let end) = record { end } else { nil }
        }
    }

    @Test func `under log-always each batch says that the one before it is on the disk`() throws {
        var queue = queue(.logAlways)
        var bytes: [UInt8] = []
        var ends: [UInt64] = []
        for turn in 0..<5 {
            _ = queue.append { $0.appendTerm(ShardID(1), Term(UInt64(turn + 1))) }
            let batch = queue.takeBatch()
            #expect(batch.offset == bytes.count)
            bytes += batch.bytes.prefix(batch.count)
            ends.append(UInt64(bytes.count))
        }
        #expect(try marks([bytes]) == ends.dropLast())
    }

    @Test func `under log-everysec a batch says what it was told, once, and of its own segment`()
        throws
    {
        var queue = queue(.logEverySecond)
        var bytes: [UInt8] = []
        for turn in 0..<5 {
            _ = queue.append { $0.appendTerm(ShardID(1), Term(UInt64(turn + 1))) }
            if turn == 2 { queue.noteSynced(1, upTo: 48) }
            if turn == 3 { queue.noteSynced(9, upTo: 4_000) }
            let batch = queue.takeBatch()
            bytes += batch.bytes.prefix(batch.count)
        }
        #expect(try marks([bytes]) == [48])
    }

    @Test func `a new segment is begun behind a long one, and its steps are taken in order`() {
        var queue = queue(.logAlways, segmentBytes: 60)
        func steps(_ batch: LogBatch, isFirst: Bool) -> [LogStep] {
            LogStep.allCases.filter { batch.needs($0, .logAlways, isFirst: isFirst) }
        }
        _ = queue.append { $0.appendTerm(ShardID(1), .first) }
        let first = queue.takeBatch()
        #expect(steps(first, isFirst: true) == [.create, .write, .synchronize, .report])
        _ = queue.append { $0.appendTerm(ShardID(1), .first) }
        queue.removeSegments(before: 2)
        let second = queue.takeBatch()
        #expect((second.segment, second.offset) == (2, 0))
        #expect(
            steps(second, isFirst: false) == [
                .synchronizePrevious, .create, .write, .synchronize, .report, .remove,
            ]
        )
        // The next segment's head waits for what will be behind it.
        #expect(queue.segment == 3 && queue.takeBatch().removable == nil)
    }
}
