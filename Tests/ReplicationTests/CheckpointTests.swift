import Replication
import Testing
import Topology

/// A log that is written anew says the same as the one it stands in for, wherever it is torn.
@Suite struct CheckpointTests {
    private func core(recovering records: [LogRecord] = []) -> NodeCore {
        var shard = RecoveredShard(shard: ShardID(0))
        for record in records { shard.replay(record) }
        #expect(!shard.isDamaged)
        var core = NodeCore(
            identity: LoggedBackup.identity,
            isLogged: true,
            startedAt: Instant(nanoseconds: 1),
            recovered: [shard]
        )
        var effects: [Effect] = []
        core.step(.map(LoggedBackup.map), at: Instant(nanoseconds: 2), into: &effects)
        return core
    }

    /// A backup with ten entries, six of them committed, and the records that it wanted persisted.
    private func backup() -> (core: NodeCore, log: [LogRecord]) {
        var core = core()
        var effects: [Effect] = []
        let now = Instant(nanoseconds: 3)
        let events: [Event] = [
            LoggedBackup.linked, LoggedBackup.appends(1...10, commit: 6),
            .persisted(upTo: 100), .flush, .tick,
        ]
        for event in events { core.step(event, at: now, into: &effects) }
        let log = effects.compactMap { effect in
            if case .persist(_, let record) = effect { record } else { nil }
        }
        return (core, log)
    }

    private func last(_ core: NodeCore) -> LogPosition? {
        core.view(of: ShardID(0), at: Instant(nanoseconds: 3))?.last
    }

    private func values(_ core: NodeCore) -> [[UInt8]?] {
        (0..<4).map { number in
            core.state(of: ShardID(0))?.find(Array("key \(number)".utf8)).map { Array($0.value) }
        }
    }

    @Test func `torn after any of its records, a checkpoint takes nothing away`() throws {
        let (core, log) = backup()
        let end = LogPosition(term: .first, index: 10)
        #expect(last(core) == end)
        let checkpoint = core.checkpoint(of: ShardID(0), chunkBytes: 10)
        #expect(checkpoint.count > 8)
        for count in 0...checkpoint.count {
            let recovered = self.core(recovering: log + checkpoint.prefix(count))
            #expect(last(recovered) == end, "torn after \(count) records")
        }
    }

    /// Steps a backup, and returns the records that it wanted persisted.
    private func step(_ core: inout NodeCore, _ events: [Event]) -> [LogRecord] {
        var effects: [Effect] = []
        for event in events { core.step(event, at: Instant(nanoseconds: 4), into: &effects) }
        return effects.compactMap { if case .persist(_, let record) = $0 { record } else { nil } }
    }

    @Test func `what is logged among its pieces counts, whatever stood before it`() throws {
        let (first, log) = backup()
        var core = first
        var (checkpoint, records) = try #require(core.beginCheckpoint(of: ShardID(0)))
        var number: UInt64 = 11
        while let piece = core.continueCheckpoint(&checkpoint, chunkBytes: 10) {
            records += piece.records
            if piece.isLast { break }
            // One more entry, and one more that is committed, and marked so in one of eight ticks.
            let appended = LoggedBackup.appends(number...number, commit: number - 1)
            records += step(&core, [appended] + Array(repeating: .tick, count: 8))
            number += 1
        }
        #expect(number > 14)
        for before in [log, log.suffix(3), []] {
            let recovered = self.core(recovering: before + records)
            #expect(last(recovered) == last(core))
            let view = try #require(
                recovered.view(of: ShardID(0), at: Instant(nanoseconds: 4))
            )
            #expect(view.applied == number - 2)
            #expect(values(recovered) == values(core))
        }
        // The control: without its first record, which says where it stands, nothing of it counts.
        var lacking = RecoveredShard(shard: ShardID(0))
        for record in log + records where record != records[0] { lacking.replay(record) }
        #expect(lacking.isDamaged)
    }

    private func chunk(_ number: UInt32, isLast: Bool, _ bytes: [UInt8]) -> Event {
        let position = LogPosition(term: .first, index: 20)
        return .message(
            from: NodeID(1),
            .snapshot(
                .init(
                    shard: ShardID(0),
                    term: .first,
                    position: position,
                    number: number,
                    isLast: isLast,
                    bytes: bytes
                )
            )
        )
    }

    @Test func `a checkpoint and a copy never stand among one another's records`() throws {
        let (before, log) = backup()
        var core = before
        let copied = core.state(of: ShardID(0))?.encoded() ?? []
        var (checkpoint, records) = try #require(core.beginCheckpoint(of: ShardID(0)))
        records += try #require(core.continueCheckpoint(&checkpoint, chunkBytes: 10)).records
        records += step(&core, [chunk(0, isLast: false, Array(copied.prefix(30)))])
        #expect(core.continueCheckpoint(&checkpoint, chunkBytes: 10) == nil)
        #expect(core.beginCheckpoint(of: ShardID(0)) == nil)
        // Until the copy is whole, what was there stands.
        #expect(last(core) == LogPosition(term: .first, index: 10))
        #expect(last(self.core(recovering: log + records)) == last(core))
        records += step(&core, [chunk(1, isLast: true, Array(copied.dropFirst(30)))])
        #expect(last(core) == LogPosition(term: .first, index: 20))
        let recovered = self.core(recovering: log + records)
        #expect(last(recovered) == last(core))
        #expect(values(recovered) == values(core))
        #expect(core.beginCheckpoint(of: ShardID(0)) != nil)
    }

    @Test func `a copy's piece is answered when it is durable, and not before`() {
        var (core, _) = backup()
        func answers(_ event: Event) -> Int {
            var effects: [Effect] = []
            core.step(event, at: Instant(nanoseconds: 4), into: &effects)
            return effects.count { if case .send(_, .snapshotAnswer) = $0 { true } else { false } }
        }
        let copied = core.state(of: ShardID(0))?.encoded() ?? []
        #expect(answers(chunk(0, isLast: false, Array(copied.prefix(30)))) == 0)
        #expect(answers(.persisted(upTo: 1_000)) == 1)
        #expect(answers(chunk(1, isLast: true, Array(copied.dropFirst(30)))) == 0)
        #expect(answers(.persisted(upTo: 2_000)) == 1)
    }

    @Test func `without anything before it, a checkpoint says everything`() throws {
        let (core, log) = backup()
        let checkpoint = core.checkpoint(of: ShardID(0), chunkBytes: 10)
        for dropped in 0...log.count {
            let recovered = self.core(recovering: log.dropFirst(dropped) + checkpoint)
            #expect(last(recovered) == last(core))
            let view = try #require(
                recovered.view(of: ShardID(0), at: Instant(nanoseconds: 3))
            )
            #expect(view.applied == 6)
            #expect(view.term == .first)
            #expect(values(recovered) == values(core))
        }
    }
}
