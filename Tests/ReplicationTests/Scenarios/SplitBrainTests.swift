import Coordination
import Replication
import Testing
import Topology

/// Scenarios in which two primaries, or a primary and its successor's clients, could disagree.
///
/// The numbers are those of the table in ARCHITECTURE.md.
@Suite struct SplitBrainTests {
    private static let modes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), AsynchronousReplication(),
        SemiSynchronousReplication(backups: 1), ChainReplication(),
    ]

    @Test(arguments: modes.indices)
    func `1 a successor of a primary that only the coordinator lost waits for the grants it gave`(
        mode: Int
    ) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        scene.watch()
        let old = try scene.primary
        let heir = try scene.backups[0]
        #expect(scene.ask(scene.set("old"), of: old) == .reply(.ok))
        try scene.promote(heir)
        var promotedAt: UInt64?
        let begin = scene.cluster.now
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) {
                if scene.serving == [heir], promotedAt == nil { promotedAt = scene.cluster.now }
                return promotedAt != nil
            }
        )
        // The old primary heard the new term from its backups, or its lease ran out.
        #expect(scene.serving == [heir])
        #expect(scene.ask(scene.set("new"), of: heir) == .reply(.ok))
        #expect(scene.text(scene.ask(scene.get, of: old)) == nil)
        #expect(scene.cluster.now > begin)
    }

    @Test(arguments: modes.indices)
    func `1 cut off from everybody, the old primary is silent before its successor speaks`(
        mode: Int
    ) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        scene.watch()
        let old = try scene.primary
        let heir = try scene.backups[0]
        scene.cut([old.value], [0] + (try scene.backups).map(\.value))
        try scene.promote(heir)
        let begin = scene.cluster.now
        #expect(scene.cluster.run(atMost: 2_000_000_000) { scene.serving == [heir] })
        #expect(scene.cluster.now - begin >= 200_000_000, "the grants it gave had to expire")
    }

    @Test
    func `2 a coordinator that was away grants nothing, and forgets nothing that was granted`() {
        let scene = ScenarioCluster(SynchronousReplication())
        scene.watch()
        let before = scene.cluster.coordinator.map
        for _ in 0..<5 {
            scene.cluster.crashCoordinator()
            scene.cluster.run(for: 700_000_000)
            #expect(scene.serving.count == 1, "the data path does without it")
            scene.cluster.startCoordinator()
            scene.cluster.run(for: 300_000_000)
        }
        #expect(scene.cluster.coordinator.map == before)
    }

    @Test func `3 a primary whose proposal has no outcome yet needs the leases of both sets`()
        throws
    {
        let scene = ScenarioCluster(SynchronousReplication())
        scene.watch()
        let old = try scene.primary
        let back = try scene.backups[1]
        scene.cluster.crash(back)
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) {
                scene.cluster.coordinator.map?[scene.shard].inSync.count == 2
            }
        )
        // The coordinator hears the old primary, which does not hear it.
        scene.cluster.cuts.insert(.init(from: 0, to: old.value))
        scene.cluster.start(back)
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) {
                scene.cluster.coordinator.map?[scene.shard].inSync.count == 3
            }
        )
        // It joined, and may be promoted; the old primary cannot know.
        scene.cut([old.value], [0, back.value])
        scene.cluster.run(for: 260_000_000)
        #expect(scene.serving != [old], "the replica that joined grants it nothing any more")
    }

    @Test func `4 of a set change and a promotion that race, one is made`() throws {
        let scene = ScenarioCluster(SynchronousReplication())
        let assignment = try scene.assignment
        let old = try scene.primary
        scene.cluster.isolate(old)
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) {
                scene.cluster.coordinator.map?[scene.shard].primary != old
            }
        )
        let promoted = try scene.assignment
        // What the old primary wanted arrives late, from before the promotion: without the third.
        var replicas = assignment.replicas
        for index in replicas.indices
        where replicas[index].node != old && replicas[index].node != promoted.primary {
            replicas[index].isInSync = false
        }
        let proposal = ShardProposal(
            shard: scene.shard,
            term: assignment.term,
            version: assignment.version,
            change: .replicas(replicas)
        )
        scene.cluster.stepCoordinator(.proposal(from: old, proposal))
        scene.cluster.run(for: 100_000_000)
        #expect(try scene.assignment.term == promoted.term)
        #expect(try scene.assignment.inSync == promoted.inSync)
    }

    @Test func `4 nothing is announced before it is durable`() throws {
        let scene = ScenarioCluster(SynchronousReplication())
        var core = scene.cluster.coordinator
        var effects: [CoordinatorEffect] = []
        let assignment = try scene.assignment
        let old = try scene.primary
        var replicas = assignment.replicas
        for index in replicas.indices where replicas[index].node == (try scene.backups)[0] {
            replicas[index].isInSync = false
        }
        let proposal = ShardProposal(
            shard: scene.shard,
            term: assignment.term,
            version: assignment.version,
            change: .replicas(replicas)
        )
        let now = Instant(nanoseconds: scene.cluster.now)
        core.step(.proposal(from: old, proposal), at: now, into: &effects)
        let epoch = try #require(core.map).epoch.next
        #expect(
            effects.contains { if case .store(let map) = $0 { map.epoch == epoch } else { false } }
        )
        #expect(!effects.contains { if case .announce = $0 { true } else { false } })
        effects = []
        core.step(.stored(epoch), at: now, into: &effects)
        #expect(effects.contains { if case .announce = $0 { true } else { false } })
    }

    @Test(arguments: modes.indices)
    func `6 a replica that restarted waits as if it had granted a lease the moment before`(
        mode: Int
    ) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        scene.watch()
        let old = try scene.primary
        let heir = try scene.backups[0]
        // The old primary has just heard from everybody, then loses them all.
        scene.cut([old.value], [0] + (try scene.backups).map(\.value))
        scene.cluster.crash(heir)
        scene.cluster.start(heir)
        scene.cluster.run(for: 5_000_000)
        try scene.promote(heir)
        let begin = scene.cluster.now
        #expect(scene.cluster.run(atMost: 3_000_000_000) { scene.serving == [heir] })
        #expect(scene.cluster.now - begin >= 200_000_000)
    }

    @Test(arguments: modes.indices)
    func `15 what was read under a lease is not given when the lease has ended meanwhile`(
        mode: Int
    ) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        let old = try scene.primary
        #expect(scene.ask(scene.set("old"), of: old) == .reply(.ok))
        var core = try #require(scene.cluster[old].core)
        var effects: [Effect] = []
        let now = Instant(nanoseconds: scene.cluster.now)
        core.step(.request(scene.shard, RequestToken(.max), scene.get), at: now, into: &effects)
        for effect in effects {
            // A reply of this kind is looked at again where it leaves; any other could be late.
            if case .show(_, _, let until) = effect {
                #expect(until > now && until.since(now) <= Timing().lease)
            }
            if case .reply = effect { Issue.record("a read is answered whatever the clock says") }
        }
        #expect(
            effects.contains { effect in
                switch effect {
                case .show: true
                // A chain's head asks the tail, whose answer is looked at again in its turn.
                case .send(_, .read): Self.modes[mode] is ChainReplication
                default: false
                }
            }
        )
    }

    @Test func `20 a coordinator whose nodes know a newer map than its store decides nothing`()
        throws
    {
        let scene = ScenarioCluster(SynchronousReplication())
        let old = scene.cluster.store
        scene.cluster.crash(try scene.backups[0])
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) { scene.cluster.store?.epoch != old?.epoch }
        )
        scene.cluster.crashCoordinator()
        scene.cluster.store = old
        scene.cluster.startCoordinator()
        scene.cluster.run(for: 200_000_000)
        #expect(scene.cluster.coordinator.isStopped)
    }
}
