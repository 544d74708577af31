import Replication
import Storage
import StoreNode
import Testing
import Topology

@Suite struct NodeCopyTests {
    /// One life of a process: opens the copy, writes `entries`, and ends with or without a goodbye.
    private func live(
        in directory: String,
        _ durability: Durability = .logAlways,
        entries: ClosedRange<UInt64>? = nil,
        closes: Bool = false,
        acceptsDamage: Bool = false
    ) throws -> (identity: CopyID, whyNew: String?, shards: Int) {
        let copy = try NodeCopy.open(
            directory,
            durability: durability,
            acceptsDamage: acceptsDamage
        )
        let writer = try copy.startWriter(onPersisted: { _ in }, onFailure: { _ in })
        for index in entries ?? 1...1 where entries != nil {
            let position = LogPosition(term: .first, index: index)
            let bytes = Command.noOperation.bytes
            writer?.append(upTo: index) {
                $0.appendEntry(ShardID(3), position, payload: bytes.span)
            }
        }
        writer?.close()
        if closes { try copy.noteClosed() }
        return (copy.identity, copy.whyNew, copy.shards.count)
    }

    @Test func `a logged copy keeps its identity over restarts`() throws {
        try withTemporaryDirectory { directory in
            let first = try live(in: directory, entries: 1...10)
            #expect(first.whyNew != nil)
            let second = try live(in: directory)
            #expect(second.identity == first.identity)
            #expect(second.whyNew == nil)
            #expect(second.shards == 1)
            #expect(try live(in: directory).identity == first.identity)
        }
    }

    @Test func `memory makes a new copy of every life, and of what follows it`() throws {
        try withTemporaryDirectory { directory in
            let logged = try live(in: directory, entries: 1...10)
            let first = try live(in: directory, .memory)
            let second = try live(in: directory, .memory)
            let again = try live(in: directory)
            #expect(Set([logged, first, second, again].map(\.identity)).count == 4)
            #expect(again.shards == 0)
        }
    }

    @Test func `a damaged log is refused, unchanged, with what to do`() throws {
        try withTemporaryDirectory { directory in
            _ = try live(in: directory, entries: 1...10)
            // What was synced last may be torn; what another life wrote behind may not.
            _ = try live(in: directory, entries: 11...20)
            let path = directory + "/" + SegmentName.name(of: 1)
            #expect(output(of: "printf X | dd of=\(path) bs=1 seek=200 conv=notrunc") != nil)
            let before = output(of: "ls -l \(directory) | cksum")
            for _ in 0..<2 {
                let failure = #expect(throws: StartFailure.self) { try live(in: directory) }
                #expect(failure?.exitCode == 4)
                // The record that byte 200 lies in begins in front of it.
                let place = failure?.message.split(separator: "\(SegmentName.name(of: 1)), offset ")
                let offset = try #require(place?.last?.prefix { $0.isNumber })
                #expect((1...200).contains(Int(offset) ?? 0), "\(failure?.message ?? "")")
                #expect(failure?.message.contains("--accept-damage") == true)
            }
            #expect(output(of: "ls -l \(directory) | cksum") == before)
        }
    }

    @Test func `accepted damage makes a new copy that keeps what is sound`() throws {
        try withTemporaryDirectory { directory in
            let first = try live(in: directory, entries: 1...10)
            _ = try live(in: directory, entries: 11...20)
            let path = directory + "/" + SegmentName.name(of: 1)
            #expect(output(of: "printf X | dd of=\(path) bs=1 seek=200 conv=notrunc") != nil)
            let second = try live(in: directory, acceptsDamage: true)
            #expect(second.identity != first.identity)
            #expect(second.whyNew?.contains("0000000000000001.log") == true)
            #expect(second.shards == 1)
            // The damage is behind it: the next life is whole again.
            #expect(try live(in: directory).identity == second.identity)
        }
    }

    @Test func `a torn tail is cut off and the copy stays the same`() throws {
        try withTemporaryDirectory { directory in
            let first = try live(in: directory, entries: 1...10)
            let path = directory + "/" + SegmentName.name(of: 1)
            #expect(output(of: "truncate -s -5 \(path)") == "")
            #expect(try live(in: directory, entries: 10...12).identity == first.identity)
            let third = try live(in: directory)
            #expect(third.identity == first.identity)
            #expect(third.whyNew == nil)
        }
    }

    @Test func `a log of another format is refused, not thrown away`() throws {
        try withTemporaryDirectory { directory in
            _ = try live(in: directory, entries: 1...10)
            let other = try DataDirectory(directory + "/other")
            let writer = try LogWriter(
                header: SegmentHeader(dataID: other.dataID, segment: 2, previousEnd: 0),
                durability: .logAlways,
                medium: FileLogMedium(other),
                onPersisted: { _ in },
                onFailure: { _ in }
            )
            writer.append(upTo: 1) { $0.appendTerm(ShardID(1), .first) }
            writer.close()
            let name = SegmentName.name(of: 2)
            #expect(output(of: "cp \(other.path)/\(name) \(directory)/\(name)") == "")
            do {
                _ = try live(in: directory)
                Issue.record("another directory's log was taken over")
            } catch let failure as StartFailure {
                #expect(failure.exitCode == 4)
                #expect(failure.message.contains("belongs to another data directory"))
            }
        }
    }
}
