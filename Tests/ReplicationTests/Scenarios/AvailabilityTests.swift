import Coordination
import Replication
import Testing
import Topology

/// Scenarios in which a shard could stay away although it need not.
///
/// The numbers are those of the table in ARCHITECTURE.md.
@Suite struct AvailabilityTests {
    private static let modes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), AsynchronousReplication(),
        SemiSynchronousReplication(backups: 1), ChainReplication(),
    ]

    @Test(arguments: modes.indices)
    func `18 a primary that reaches only the coordinator gives way, where it cannot serve alone`(
        mode: Int
    ) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        scene.watch()
        let old = try scene.primary
        scene.cut([old.value], (try scene.backups).map(\.value))
        let begin = scene.cluster.now
        guard !(Self.modes[mode] is AsynchronousReplication) else {
            scene.cluster.run(for: 2_000_000_000)
            #expect(scene.serving == [old])
            return
        }
        #expect(
            scene.cluster.run(atMost: 2_000_000_000) {
                scene.serving.contains { $0 != old }
            }
        )
        #expect(scene.cluster.now - begin < 1_200_000_000)
        #expect(scene.ask(scene.set("new"), of: try scene.primary) == .reply(.ok))
    }

    @Test(arguments: modes.indices)
    func `18 a primary whose disk hangs while its heartbeats go on gives way`(mode: Int) throws {
        let scene = ScenarioCluster(Self.modes[mode])
        scene.watch()
        let old = try scene.primary
        scene.cluster[old].diskHangs = true
        let stuck = scene.begin(scene.set("stuck"), of: old)
        #expect(
            scene.cluster.run(atMost: 4_000_000_000) {
                scene.serving.contains { $0 != old }
            }
        )
        #expect(stuck.value != .reply(.ok))
        #expect(scene.ask(scene.set("new"), of: try scene.primary) == .reply(.ok))
    }

    @Test func `a backup whose disk hangs is taken out of the set that writes wait for`() throws {
        // The next link of a chain, and its tail, which the head hears of through that link alone.
        let modes: [any ReplicationMode] = [SynchronousReplication(), ChainReplication()]
        for mode in modes {
            let scene = ScenarioCluster(mode)
            for number in 0..<2 {
                // Another order of a chain's links is another term, which all of them store first.
                #expect(scene.ask(scene.set("u"), of: try scene.primary) == .reply(.ok))
                let backup = try scene.backups[number]
                scene.cluster[backup].diskHangs = true
                let outcome = scene.ask(scene.set("v"), of: try scene.primary, for: 2_000_000_000)
                #expect(outcome == .reply(.ok), "\(mode.configuredName), backup \(number)")
                #expect(try !scene.assignment.inSync.contains(backup))
                scene.cluster[backup].diskHangs = false
                #expect(
                    scene.cluster.run(atMost: 8_000_000_000) {
                        scene.cluster.coordinator.map?[scene.shard].inSync.count == 3
                    }
                )
            }
        }
    }

    @Test
    func `a stalled backup costs bounded memory, and writers are told before anything is appended`()
        throws
    {
        var timing = Timing()
        timing.heldByteLimit = 100_000
        let scene = ScenarioCluster(SynchronousReplication(), timing: timing)
        let old = try scene.primary
        // Nobody takes the backup out of the set.
        scene.cluster.crashCoordinator()
        scene.cluster.pause(try scene.backups[0])
        var outcomes: [VirtualCluster.RequestOutcome] = []
        let value = String(repeating: "x", count: 1_000)
        var most = 0
        for number in 0..<2_000 {
            let command = Command(.set, [Array("key \(number)".utf8), Array(value.utf8)])
            scene.cluster.request(command, shard: scene.shard, to: old) { outcomes.append($0) }
            scene.cluster.run(for: 100_000)
            let core = scene.cluster[old].core
            most = max(
                most,
                core?.summary(at: Instant(nanoseconds: scene.cluster.now)).logBytes ?? 0
            )
        }
        #expect(most < 200_000)
        let refused = outcomes.count { $0 == .refused(.unavailable(.queueFull)) }
        #expect(refused > 1_500)
        #expect(
            outcomes.allSatisfy { outcome in
                if case .refused = outcome { true } else { false }
            }
        )
        // What waited is carried out once the backup goes on.
        scene.cluster.startCoordinator()
        scene.cluster.resume(try scene.backups[0])
        scene.cluster.run(for: 3_000_000_000)
        #expect(outcomes.count == 2_000)
        #expect(scene.ask(scene.set("after"), of: try scene.primary) == .reply(.ok))
    }

    @Test func `a peer that reads slowly is sent no more than it takes, and then all of it`() throws
    {
        let scene = ScenarioCluster(QuorumReplication())
        let (old, slow) = (try scene.primary, try scene.backups[0])
        var sent = 0
        scene.cluster.onSend = { from, to, message in
            guard from == old, to == slow, case .appends(let appends) = message else { return }
            sent += appends.reduce(0) { $0 + $1.entries.count }
        }
        scene.cluster.step(old, .peerCongested(slow, true))
        for number in 0..<50 {
            #expect(scene.ask(scene.set("\(number)"), of: old, for: 10_000_000) == .reply(.ok))
        }
        #expect(sent == 0)
        scene.cluster.step(old, .peerCongested(slow, false))
        scene.cluster.run(for: 200_000_000)
        #expect(sent == 50)
        #expect(scene.held(by: slow) == "49")
    }

    @Test func `a flush hands a peer so much, and what is left waits for the next one`() throws {
        var timing = Timing()
        timing.flushByteLimit = 10_000
        timing.appendEntryLimit = 4
        let scene = ScenarioCluster(QuorumReplication(), timing: timing)
        let (old, slow) = (try scene.primary, try scene.backups[0])
        var sizes: [Int] = []
        scene.cluster.onSend = { from, to, message in
            guard from == old, to == slow, case .appends(let appends) = message else { return }
            let commands = appends.flatMap { $0.entries.map(\.command) }
            if !commands.isEmpty { sizes.append(commands.reduce(0) { $0 + $1.bytes.count }) }
        }
        scene.cluster.step(old, .peerCongested(slow, true))
        let value = String(repeating: "x", count: 1_000)
        for number in 0..<50 {
            let outcome = scene.ask(scene.set("\(number)\(value)"), of: old, for: 10_000_000)
            #expect(outcome == .reply(.ok))
        }
        scene.cluster.step(old, .peerCongested(slow, false))
        scene.cluster.run(for: 200_000_000)
        // The last append of each is begun below the limit.
        #expect(sizes.count > 3)
        #expect(sizes.allSatisfy { $0 < 10_000 + 4 * 1_100 })
        #expect(scene.held(by: slow) == "49\(value)")
    }

    @Test func `a shard that lacks much leaves a peer's other shards their turn`() throws {
        var options = VirtualCluster.Options()
        options.mode = QuorumReplication()
        (options.nodes, options.replicas, options.shards) = (3, 3, 8)
        options.timing.flushByteLimit = 10_000
        options.timing.appendEntryLimit = 4
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 400_000_000)
        let map = try #require(cluster.coordinator.map)
        let old = try #require(map[ShardID(0)].primary)
        let shards = map.shards.indices.map { ShardID(UInt16($0)) }
            .filter { map[$0].primary == old }
        try #require(shards.count > 1)
        let slow = try #require(map[shards[0]].replicas.map(\.node).first { $0 != old })
        var sent: [ShardID] = []
        cluster.onSend = { from, to, message in
            guard from == old, to == slow, case .appends(let appends) = message else { return }
            sent += appends.flatMap { append in append.entries.map { _ in append.shard } }
        }
        cluster.step(old, .peerCongested(slow, true))
        let value = [UInt8](repeating: 120, count: 1_000)
        for shard in [shards[0], shards[1]] {
            for number in 0..<(shard == shards[0] ? 100 : 1) {
                let command = Command(.set, [Array("\(number)".utf8), value])
                cluster.request(command, shard: shard, to: old) { #expect($0 == .reply(.ok)) }
                cluster.run(for: 10_000_000)
            }
        }
        cluster.step(old, .peerCongested(slow, false))
        cluster.run(for: 200_000_000)
        #expect(sent.count == 101)
        // The first flush, and what ends the second, may be the first shard's.
        let place = try #require(sent.firstIndex(of: shards[1]))
        #expect(place < 30, "\(place)")
    }

    @Test func `a head that reads slowly is answered in the order of its reads when it keeps up`()
        throws
    {
        let scene = ScenarioCluster(ChainReplication())
        let head = try scene.primary
        let tails = try scene.backups
        #expect(scene.ask(scene.set("v"), of: head) == .reply(.ok))
        var answers: [UInt64] = []
        scene.cluster.onSend = { _, to, message in
            if case .readAnswer(let answer) = message, to == head { answers.append(answer.number) }
        }
        for tail in tails { scene.cluster.step(tail, .peerCongested(head, true)) }
        let reads = (0..<30).map { _ in scene.begin(scene.get, of: head) }
        scene.cluster.run(for: 50_000_000)
        #expect(answers.isEmpty)
        for tail in tails { scene.cluster.step(tail, .peerCongested(head, false)) }
        scene.cluster.run(for: 50_000_000)
        #expect(reads.allSatisfy { scene.text($0.value) == "v" })
        #expect(answers.count == 30 && answers == answers.sorted())
    }

    @Test(arguments: [1_100, 900])
    func `an answer longer than a tail may send is refused`(limit: Int) throws {
        var timing = Timing()
        timing.replyByteLimit = limit
        let scene = ScenarioCluster(ChainReplication(), timing: timing)
        let head = try scene.primary
        let value = String(repeating: "x", count: 1_000)
        #expect(scene.ask(scene.set(value), of: head) == .reply(.ok))
        let outcome = scene.ask(scene.get, of: head)
        if limit > 1_000 {
            #expect(scene.text(outcome) == value)
        } else {
            #expect(outcome == .reply(.failure(.replyTooLong)))
        }
    }

    @Test(arguments: [true, false])
    func `a replica whose log begins behind the primary's end is sent a copy`(isBehind: Bool) {
        var core = NodeCore(
            identity: NodeIdentity(node: NodeID(1), boot: BootID(11), copy: CopyID(111)),
            isLogged: false,
            startedAt: Instant(nanoseconds: 1)
        )
        // The control: an index that the primary has is tried from.
        let answer = PeerMessage.AppendAnswer(
            shard: ShardID(0),
            term: .first,
            outcome: .tryAfter(isBehind ? 1_000 : 0)
        )
        var effects: [Effect] = []
        for event in [
            .map(LoggedBackup.map), .peerConnected(NodeID(2), BootID(22), CopyID(222)), .flush,
            .message(from: NodeID(2), .appendAnswers([answer])), .flush,
        ] as [Event] {
            core.step(event, at: Instant(nanoseconds: 2), into: &effects)
        }
        let isCopied = effects.contains {
            if case .send(_, .snapshot) = $0 { true } else { false }
        }
        #expect(isCopied == isBehind)
    }
}
