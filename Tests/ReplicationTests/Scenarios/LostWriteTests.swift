import Coordination
import Replication
import Testing
import Topology

/// Scenarios in which an acknowledged write could be lost, or one that was not could come back.
///
/// The numbers are those of the table in ARCHITECTURE.md.
@Suite struct LostWriteTests {
    @Test func `5 a memory primary that restarts at once does not reign over nothing`() throws {
        let scene = ScenarioCluster(QuorumReplication(), isLogged: false)
        let old = try scene.primary
        #expect(scene.ask(scene.set("kept"), of: old) == .reply(.ok))
        scene.cluster.crash(old)
        scene.cluster.start(old)
        scene.cluster.afterStep = { node in
            guard node == old, scene.serving.contains(old) else { return }
            if scene.held(by: old) == nil { Issue.record("it serves without what it had") }
        }
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        #expect(scene.held(by: try scene.primary) == "kept")
    }

    @Test func `7 semi-synchronous promotes nobody while the only holder of a write may be silent`()
        throws
    {
        let scene = ScenarioCluster(SemiSynchronousReplication(backups: 1))
        let old = try scene.primary
        let (holder, other) = (try scene.backups[0], try scene.backups[1])
        scene.cut([other.value], [old.value])
        #expect(scene.ask(scene.set("kept"), of: old) == .reply(.ok))
        scene.cluster.isolate(holder)
        scene.cluster.crash(old)
        scene.cluster.run(for: 3_000_000_000)
        #expect(scene.serving == [])
        #expect(scene.cluster.notes.contains { $0.contains("stays unavailable") })
        scene.cluster.cuts = []
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        #expect(scene.held(by: try scene.primary) == "kept")
    }

    @Test(arguments: [2, 1])
    func `9 writes stop below the minimum in sync, and reads go on`(minimum: Int) throws {
        var options = VirtualCluster.Options()
        options.nodes = 3
        options.shards = 1
        options.minimumInSync = minimum
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        let assignment = try #require(cluster.coordinator.map).shards[0]
        let primary = try #require(assignment.primary)
        for backup in assignment.replicas.map(\.node) where backup != primary {
            cluster.crash(backup)
        }
        cluster.run(for: 1_000_000_000)
        var outcomes: [VirtualCluster.RequestOutcome] = []
        let key = Array("key".utf8)
        cluster.request(Command(.set, [key, [1]]), shard: ShardID(0), to: primary) {
            outcomes.append($0)
        }
        cluster.run(for: 400_000_000)
        cluster.request(Command(.get, [key]), shard: ShardID(0), to: primary) {
            outcomes.append($0)
        }
        cluster.run(for: 400_000_000)
        if minimum == 2 {
            #expect(outcomes == [.refused(.unavailable(.tooFewInSync)), .reply(.null)])
        } else {
            #expect(outcomes.first == .reply(.ok))
        }
    }

    @Test func `11 what asynchronous may drop was acknowledged within its greatest lag`() throws {
        // A backup that takes one entry a round trip lags more with every write, and nobody is there
        // to take it out of the in-sync set.
        var timing = Timing()
        timing.windowLimit = 1
        timing.appendEntryLimit = 1
        let scene = ScenarioCluster(AsynchronousReplication(), timing: timing)
        scene.cluster.crashCoordinator()
        let old = try scene.primary
        var acknowledged: [(at: UInt64, number: Int)] = []
        var isRunning = true
        func load(_ number: Int) {
            guard isRunning else { return }
            scene.cluster.request(scene.set("\(number)"), shard: scene.shard, to: old) {
                if $0 == .reply(.ok) { acknowledged.append((scene.cluster.now, number)) }
            }
            scene.cluster.after(200_000) { load(number + 1) }
        }
        load(1)
        scene.cluster.run(for: 8_000_000_000)
        isRunning = false
        scene.cluster.crash(old)
        scene.cluster.startCoordinator()
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        let survivor = Int(scene.held(by: try scene.primary) ?? "") ?? 0
        let lost = acknowledged.filter { $0.number > survivor }
        let last = try #require(acknowledged.last)
        let first = try #require(lost.first, "the backup lagged: without a loss this shows nothing")
        #expect(last.at - first.at <= timing.maximumLag + 20_000_000)
    }

    @Test func `12 an entry of an old term counts only behind one of the new`() throws {
        let scene = ScenarioCluster(QuorumReplication())
        let old = try scene.primary
        let (heir, third) = (try scene.backups[0], try scene.backups[1])
        // The entry reaches one backup, and nobody learns that it did.
        scene.cut([old.value], [third.value])
        let outcome = scene.begin(scene.set("early"), of: old)
        scene.cluster.run(for: 400_000)
        scene.cut([old.value], [heir.value, 0])
        scene.cluster.run(for: 5_000_000)
        let held = try #require(scene.position(of: heir)?.last)
        scene.cluster.crash(old)
        scene.cluster.afterStep = { node in
            guard let view = scene.position(of: node), view.isPrimary, view.term > .first else {
                return
            }
            // Whatever it commits first is of its own term, and takes the early entry along or not.
            if view.commit >= held.index, view.last.term != view.term {
                Issue.record("\(node) committed an entry of an old term by itself")
            }
        }
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        let reigning = try scene.primary
        let view = try #require(scene.position(of: reigning))
        #expect(view.last.term == view.term, "a reign begins with an entry of its own")
        #expect(outcome.value == nil || outcome.value == .unknown || outcome.value == .reply(.ok))
    }

    @Test func `13 a read shows nothing that could still be lost`() throws {
        let scene = ScenarioCluster(QuorumReplication())
        let old = try scene.primary
        #expect(scene.ask(scene.set("kept"), of: old) == .reply(.ok))
        for backup in try scene.backups { scene.cluster.pause(backup) }
        let write = scene.begin(scene.set("early"), of: old)
        #expect(scene.text(scene.ask(scene.get, of: old, for: 50_000_000)) == "kept")
        #expect(write.value == nil)
    }

    @Test(arguments: [true, false])
    func `16 a write that was appended is never refused as if it had not been`(
        isQuorum: Bool
    ) throws {
        let mode: any ReplicationMode = isQuorum ? QuorumReplication() : SynchronousReplication()
        let scene = ScenarioCluster(mode)
        let old = try scene.primary
        scene.cluster.isolate(old)
        let appended = scene.begin(scene.set("early"), of: old)
        scene.cluster.run(for: 400_000_000)
        let late = scene.begin(scene.set("late"), of: old)
        scene.cluster.run(for: 1_600_000_000)
        scene.cluster.cuts = []
        scene.cluster.run(for: 2_000_000_000)
        #expect(appended.value == .unknown)
        #expect(late.value == .refused(.unavailable(.noLease)))
    }

    @Test
    func `19 copies in memory that all restarted serve again, and the map says what was lost`()
        throws
    {
        let scene = ScenarioCluster(SynchronousReplication(), isLogged: false)
        #expect(scene.ask(scene.set("lost"), of: try scene.primary) == .reply(.ok))
        for node in scene.cluster.nodes { scene.cluster.crash(node.id) }
        for node in scene.cluster.nodes { scene.cluster.start(node.id) }
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        #expect(try scene.assignment.acceptedLosses == 1)
    }

    @Test func `a copy that arrives twice takes back nothing that came after it`() throws {
        var timing = Timing()
        timing.retainedEntries = 4
        let scene = ScenarioCluster(QuorumReplication(), timing: timing)
        let (primary, backup) = (try scene.primary, try scene.backups[0])
        scene.cluster.crash(backup)
        for number in 1...12 {
            _ = scene.ask(scene.set("early-\(number)"), of: primary, for: 20_000_000)
        }
        var copy: PeerMessage.SnapshotChunk?
        scene.cluster.onSend = { _, to, message in
            if to == backup, case .snapshot(let chunk) = message { copy = chunk }
        }
        scene.cluster.start(backup)
        #expect(scene.cluster.run(atMost: 1_000_000_000) { copy != nil })
        #expect(scene.ask(scene.set("late"), of: primary) == .reply(.ok))
        let chunk = try #require(copy)
        #expect(chunk.isLast)
        let before = try #require(scene.position(of: backup))
        #expect(before.last.index > chunk.position.index)
        scene.cluster.step(backup, .message(from: primary, .snapshot(chunk)))
        #expect(scene.position(of: backup)?.last == before.last)
        #expect(scene.held(by: backup) == "late")
    }

    @Test func `a chain of one commits nothing that the longer one left uncommitted`() throws {
        let scene = ScenarioCluster(ChainReplication())
        let head = try scene.primary
        #expect(scene.ask(scene.set("kept"), of: head) == .reply(.ok))
        let backups = try scene.backups
        for backup in backups { scene.cluster.crash(backup) }
        let early = scene.begin(scene.set("early"), of: head)
        #expect(
            scene.cluster.run(atMost: 3_000_000_000) {
                scene.cluster.coordinator.map?[scene.shard].inSync == [head]
            }
        )
        scene.cluster.run(for: 1_000_000_000)
        #expect(early.value != .reply(.ok), "two copies have to hold it")
        #expect(scene.held(by: head) == "kept")
        for backup in backups { scene.cluster.start(backup) }
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.cluster.isServing(scene.shard) })
        #expect(scene.ask(scene.set("late"), of: try scene.primary) == .reply(.ok))
    }

    @Test func `a copy whose first piece arrives twice goes on`() throws {
        var timing = Timing()
        timing.retainedEntries = 4
        timing.copyChunkBytes = 16
        let scene = ScenarioCluster(QuorumReplication(), timing: timing)
        let (primary, backup) = (try scene.primary, try scene.backups[0])
        scene.cluster.crash(backup)
        let value = String(repeating: "long ", count: 50)
        for number in 1...12 {
            _ = scene.ask(scene.set("\(value)\(number)"), of: primary, for: 20_000_000)
        }
        var first: PeerMessage.SnapshotChunk?
        var isTwice = false
        scene.cluster.onSend = { _, to, message in
            guard to == backup, case .snapshot(let chunk) = message else { return }
            if chunk.number == 0 { first = chunk }
            guard chunk.number == 3, !isTwice, let first else { return }
            isTwice = true
            scene.cluster.after(1) {
                scene.cluster.step(backup, .message(from: primary, .snapshot(first)))
            }
        }
        scene.cluster.start(backup)
        #expect(scene.cluster.run(atMost: 1_000_000_000) { isTwice })
        scene.cluster.run(for: timing.copyPatience / 4)
        #expect(scene.held(by: backup) == "\(value)12", "it waits for the sender's patience to end")
    }

    @Test func `a copy that begins anew after a silence takes the place of the one before`()
        throws
    {
        var timing = Timing()
        timing.retainedEntries = 4
        timing.copyChunkBytes = 16
        let scene = ScenarioCluster(QuorumReplication(), timing: timing)
        let (primary, backup) = (try scene.primary, try scene.backups[0])
        scene.cluster.crash(backup)
        let value = String(repeating: "long ", count: 50)
        for number in 1...12 {
            _ = scene.ask(scene.set("\(value)\(number)"), of: primary, for: 20_000_000)
        }
        // An answer that is never given: the sender's patience ends, and it begins with the same.
        var begun = 0
        scene.cluster.onSend = { _, to, message in
            guard to == backup, case .snapshot(let chunk) = message, chunk.number == 0 else {
                return
            }
            begun += 1
            scene.cluster[backup].diskHangs = begun == 1
        }
        scene.cluster.start(backup)
        #expect(scene.cluster.run(atMost: timing.copyPatience + 2_000_000_000) { begun == 2 })
        scene.cluster.run(for: 1_000_000_000)
        #expect(scene.held(by: backup) == "\(value)12")
    }
}
