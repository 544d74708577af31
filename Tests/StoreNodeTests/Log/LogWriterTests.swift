import Glibc
import Storage
import StoreNode
import Testing
import Topology

@Suite struct LogWriterTests {
    private static let header = SegmentHeader(dataID: 7, segment: 1, previousEnd: 0)

    private let medium = TestMedium()
    private let persisted = Shared<UInt64>(0)
    private let failures = Shared<[FileFailure]>([])

    private func writer(
        _ durability: Durability = .logAlways,
        segmentBytes: Int = LogWriter.segmentBytes
    ) throws -> LogWriter {
        let (persisted, failures) = (persisted, failures)
        return try LogWriter(
            header: Self.header,
            durability: durability,
            medium: medium,
            segmentBytes: segmentBytes,
            onPersisted: { sequence in persisted.change { $0 = max($0, sequence) } },
            onFailure: { failure in failures.change { $0.append(failure) } }
        )
    }

    private func append(_ sequences: ClosedRange<UInt64>, to writer: LogWriter) {
        for sequence in sequences {
            let position = LogPosition(term: .first, index: sequence)
            writer.append(upTo: sequence) { encoder in
                encoder.appendEntry(ShardID(1), position, payload: Array("value".utf8).span)
            }
        }
        writer.flush()
    }

    /// The indices of the entries in what was written, and how it ends.
    private func recover(_ segments: [[UInt8]]) throws -> (entries: [UInt64], log: RecoveredLog) {
        var recovery = LogRecovery(dataID: Self.header.dataID)
        var entries: [UInt64] = []
        for (index, bytes) in segments.enumerated() {
            try recovery.read(bytes, segment: UInt64(index + 1)) { record in
                if case .entry(_, let position, _) = record { entries.append(position.index) }
            }
        }
        return (entries, recovery.finish())
    }

    @Test(arguments: [Durability.logAlways, .logEverySecond])
    func `what was appended is written in order and reported`(durability: Durability) throws {
        let writer = try writer(durability)
        for turn in UInt64(0)..<20 { append(turn * 10 + 1...turn * 10 + 10, to: writer) }
        #expect(comesTrue { persisted.value == 200 })
        writer.close()
        let (entries, log) = try recover(medium.now.bytes)
        #expect(entries == Array(1...200))
        #expect(log.ending == .whole(lastSegment: 1, end: medium.now.bytes[0].count))
        #expect(writer.figures.bytes == UInt64(medium.now.bytes[0].count))
        #expect(failures.value.isEmpty)
    }

    @Test func `nothing is reported before it is synced, and one sync covers all that waited`()
        throws
    {
        let writer = try writer()
        append(1...1, to: writer)
        #expect(comesTrue { persisted.value == 1 })
        medium.change { $0.isDiskHanging = true }
        append(2...2, to: writer)
        #expect(comesTrue { medium.now.isSyncWaiting })
        let syncs = medium.now.syncs
        for sequence in UInt64(3)...100 { append(sequence...sequence, to: writer) }
        #expect(writer.flush(), "the thread is at an earlier batch")
        #expect(persisted.value == 1)
        medium.change { $0.isDiskHanging = false }
        #expect(comesTrue { persisted.value == 100 })
        #expect(medium.now.syncs == syncs + 2)
        writer.close()
    }

    @Test(arguments: [Durability.logAlways, .logEverySecond])
    func `a full disk is reported and nothing is persisted any more`(durability: Durability) throws
    {
        let writer = try writer(durability)
        append(1...5, to: writer)
        #expect(comesTrue { persisted.value == 5 })
        medium.change { $0.writeFailure = FileFailure("write to", "the log", code: ENOSPC) }
        append(6...6, to: writer)
        #expect(comesTrue { !failures.value.isEmpty })
        #expect(failures.value.first?.description.contains("No space left on device") == true)
        medium.change { $0.writeFailure = nil }
        append(7...7, to: writer)
        writer.close()
        #expect(persisted.value == 5)
        #expect(try recover(medium.now.bytes).entries == Array(1...5))
    }

    @Test func `a failed sync is reported and what it covered is not persisted`() throws {
        let writer = try writer()
        append(1...5, to: writer)
        #expect(comesTrue { persisted.value == 5 })
        medium.change { $0.syncFailure = FileFailure("sync", "the log", code: EIO) }
        append(6...6, to: writer)
        #expect(comesTrue { !failures.value.isEmpty })
        medium.change { $0.syncFailure = nil }
        append(7...7, to: writer)
        writer.close()
        #expect(persisted.value == 5)
    }

    @Test func `segments roll, and a recovery reads them as one log`() throws {
        let writer = try writer(segmentBytes: 1_000)
        for sequence in UInt64(1)...200 {
            append(sequence...sequence, to: writer)
            #expect(comesTrue { persisted.value == sequence })
        }
        writer.close()
        #expect(medium.now.segments.count > 5)
        #expect(medium.now.segments == Array(1...UInt64(medium.now.segments.count)))
        let (entries, log) = try recover(medium.now.bytes)
        #expect(entries == Array(1...200))
        #expect(log.next.segment == UInt64(medium.now.segments.count) + 1)
    }

    @Test func `a reserved segment ends in zeros until it is closed, and reads the same`() throws {
        try withTemporaryDirectory { path in
            let directory = try DataDirectory(path)
            let header = SegmentHeader(dataID: Self.header.dataID, segment: 1, previousEnd: 0)
            let persisted = persisted
            let writer = try LogWriter(
                header: header,
                durability: .logAlways,
                medium: FileLogMedium(directory, reserves: true),
                onPersisted: { sequence in persisted.change { $0 = max($0, sequence) } },
                onFailure: { _ in }
            )
            // More than is reserved at once, and then little by little through several blocks.
            append(1...40_000, to: writer)
            #expect(comesTrue { persisted.value == 40_000 })
            for last in stride(from: UInt64(40_007), through: 41_001, by: 7) {
                append(last - 6...last, to: writer)
                #expect(comesTrue { persisted.value == last })
            }
            let name = SegmentName.name(of: 1)
            let running = try #require(try directory.read(name))
            let written = Int(writer.figures.bytes)
            #expect(running.count > written)
            #expect(running[written...].allSatisfy { $0 == 0 })
            writer.close()
            let closed = try #require(try directory.read(name))
            #expect(closed == Array(running[..<written]))
            for content in [running, closed] {
                let (entries, log) = try recover([content])
                #expect(entries == Array(1...41_001))
                #expect(log.ending == .whole(lastSegment: 1, end: written))
            }
        }
    }

    @Test func `a reserved segment holds what was written, however it falls on blocks`() throws {
        try withTemporaryDirectory { path in
            let directory = try DataDirectory(path)
            var written: [UInt8] = []
            do {
                let segment = try FileLogMedium(directory, reserves: true).create(1)
                // Behind a burst its buffer is given back, while the last block is half full.
                let burst = 5 << 20 + 100
                let blocks = [1, 4_095, 4_096, 10, 0, 4_085, 1, 4_096, 12_288, 3, 8_189, 2]
                for (turn, count) in ([7, burst, 10] + blocks).enumerated() {
                    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ turn &+ 1) }
                    // Only the first bytes of the buffer count.
                    try segment.write(bytes + [0xFF, 0xFF], count: count)
                    try segment.synchronize()
                    written += bytes
                    let content = try #require(try directory.read(SegmentName.name(of: 1)))
                    #expect(content.prefix(written.count).elementsEqual(written))
                    #expect(content.dropFirst(written.count).allSatisfy { $0 == 0 })
                }
            }
            #expect(try directory.read(SegmentName.name(of: 1)) == written)
        }
    }

    @Test func `closing writes and syncs what is left`() throws {
        for durability in [Durability.logAlways, .logEverySecond] {
            let before = medium.now.bytes.count
            let writer = try writer(durability)
            append(1...50, to: writer)
            writer.close()
            #expect(try recover([medium.now.bytes[before]]).entries == Array(1...50))
            #expect(medium.now.syncs > 0)
        }
    }
}
