import Determinism
import Replication
import Testing
import Topology

/// Keys end by entries of the log, whatever the clocks of the nodes say.
@Suite struct ExpiryTests {
    private static let second: UInt64 = 1_000_000_000
    private static let modes: [any ReplicationMode] = [
        NoReplication(), AsynchronousReplication(), SynchronousReplication(),
        SemiSynchronousReplication(backups: 1), QuorumReplication(), ChainReplication(),
    ]

    /// No tick ends a key: only commands that touch it.
    private static var touchOnly: Timing {
        var timing = Timing()
        (timing.endedKeys, timing.leastEndedKeys) = (0, 0)
        return timing
    }

    private func copies(_ scene: ScenarioCluster) -> [[UInt8]] {
        scene.cluster.nodes.compactMap { $0.core?.state(of: scene.shard)?.encoded() }
    }

    private func expectSameCopies(_ scene: ScenarioCluster) {
        scene.cluster.run(for: Self.second)
        let copies = copies(scene)
        #expect(copies.count == scene.cluster.nodes.count)
        #expect(copies.allSatisfy { $0 == copies[0] })
    }

    private func deadline(_ scene: ScenarioCluster, of key: String, by node: NodeID) -> Int64? {
        scene.cluster[node].core?.state(of: scene.shard)?.find(Array(key.utf8))?.deadline
    }

    @Test(arguments: Self.modes.indices, [false, true])
    func `a key ends on every replica although nobody asks for it`(
        mode: Int,
        isLogged: Bool
    ) throws {
        let mode = Self.modes[mode]
        let scene = ScenarioCluster(mode, nodes: mode is NoReplication ? 1 : 3, isLogged: isLogged)
        let primary = try scene.primary
        #expect(scene.ask(command("SET key v PX 2000"), of: primary) == .reply(.ok))
        #expect(scene.ask(command("SET stays v"), of: primary) == .reply(.ok))
        #expect(scene.text(scene.ask(scene.get, of: primary)) == "v")
        scene.cluster.run(for: Self.second)
        #expect(scene.held(by: primary) == "v")
        scene.cluster.run(for: Self.second)
        #expect(scene.ask(scene.get, of: primary) == .reply(.null))
        expectSameCopies(scene)
        for node in scene.cluster.nodes {
            let state = node.core?.state(of: scene.shard)
            #expect(state?.count == 1 && state?.expiringCount == 0 && state?.expiredCount == 1)
        }
    }

    static let touches: [(String, VirtualCluster.RequestOutcome)] = [
        ("GET key", .reply(.null)), ("EXISTS key key", .reply(.integer(0))),
        ("MGET key", .reply(.values([nil]))), ("TYPE key", .reply(.type(.none))),
        ("PTTL key", .reply(.integer(-2))), ("DEL key", .reply(.integer(0))),
        ("SET key w NX", .reply(.ok)), ("SET key w XX", .reply(.null)),
        ("SET key w IFEQ 5", .reply(.null)), ("INCRBY key 1", .reply(.integer(1))),
        ("APPEND key x", .reply(.integer(1))), ("RPUSH key x", .reply(.integer(1))),
        ("PERSIST key", .reply(.integer(0))), ("PEXPIRE key 9000", .reply(.integer(0))),
    ]

    @Test(arguments: touches.indices, [2, 5])
    func `no command sees a key whose time has passed`(touch: Int, mode: Int) throws {
        let scene = ScenarioCluster(Self.modes[mode], timing: Self.touchOnly)
        let primary = try scene.primary
        let (text, expected) = Self.touches[touch]
        #expect(scene.ask(command("SET key 5 PX 1000"), of: primary) == .reply(.ok))
        scene.cluster.run(for: Self.second)
        #expect(scene.held(by: primary) == "5", "nothing but a command ends it here")
        #expect(scene.ask(command(text), of: primary) == expected, "\(text)")
        expectSameCopies(scene)
    }

    @Test func `a transaction finds what has ended gone, and what ends in it`() throws {
        let scene = ScenarioCluster(SynchronousReplication(), timing: Self.touchOnly)
        let primary = try scene.primary
        _ = scene.ask(command("SET key 5 PX 1000"), of: primary)
        scene.cluster.run(for: Self.second)
        let both = transaction(["INCRBY key 1", "PEXPIRE key -1", "GET key", "SET key w PX 5000"])
        let expected: [CommandReply] = [.integer(1), .integer(1), .null, .ok]
        #expect(scene.ask(both, of: primary) == .reply(.replies(expected)))
        let ttl = scene.ask(transaction(["PTTL key", "GET key"]), of: primary)
        guard case .reply(.replies(let replies))? = ttl, case .integer(let left)? = replies.first
        else {
            Issue.record("\(String(describing: ttl))")
            return
        }
        #expect((4_000...5_000).contains(left))
        expectSameCopies(scene)
    }

    @Test func `a watched key that ends breaks the transaction off`() throws {
        let scene = ScenarioCluster(SynchronousReplication(), timing: Self.touchOnly)
        let primary = try scene.primary
        _ = scene.ask(command("SET key 5 PX 1000"), of: primary)
        guard case .reply(.watching(let ticket))? = scene.ask(command("WATCH key"), of: primary)
        else {
            Issue.record("the watch was not given")
            return
        }
        scene.cluster.run(for: Self.second)
        let outcome = ScenarioCluster.Outcome()
        let other = transaction(["SET key w"])
        scene.cluster.request(other, shard: scene.shard, to: primary, tickets: [ticket]) {
            outcome.value = $0
        }
        scene.cluster.run(for: Self.second / 2)
        #expect(outcome.value == .reply(.aborted))
        #expect(scene.ask(scene.get, of: primary) == .reply(.null))
    }

    @Test func `a key is not called gone before its end is committed`() throws {
        let scene = ScenarioCluster(SynchronousReplication(), timing: Self.touchOnly)
        let (primary, backups) = (try scene.primary, try scene.backups)
        _ = scene.ask(command("SET key 5 PX 1000"), of: primary)
        scene.cluster.run(for: Self.second)
        for backup in backups { scene.cluster[backup].diskHangs = true }
        let read = scene.begin(scene.get, of: primary)
        scene.cluster.run(for: Self.second / 10)
        #expect(read.value == nil)
        for backup in backups { scene.cluster[backup].diskHangs = false }
        scene.cluster.run(for: Self.second / 10)
        #expect(read.value == .reply(.null))
    }

    @Test func `a value that waits to be committed outlives the end of the one before it`() throws {
        let scene = ScenarioCluster(SynchronousReplication())
        let (primary, backups) = (try scene.primary, try scene.backups)
        _ = scene.ask(command("SET key old PX 400"), of: primary)
        for backup in backups { scene.cluster[backup].diskHangs = true }
        let write = scene.begin(scene.set("new"), of: primary)
        scene.cluster.run(for: Self.second / 4)
        #expect(scene.held(by: primary) == "old" && write.value == nil)
        for backup in backups { scene.cluster[backup].diskHangs = false }
        scene.cluster.run(for: Self.second / 2)
        #expect(write.value == .reply(.ok))
        #expect(scene.text(scene.ask(scene.get, of: primary)) == "new")
        expectSameCopies(scene)
    }

    @Test func `a write sees no key whose time passed while it waited to be committed`() throws {
        let scene = ScenarioCluster(SynchronousReplication(), timing: Self.touchOnly)
        let (primary, backups) = (try scene.primary, try scene.backups)
        for backup in backups { scene.cluster[backup].diskHangs = true }
        let first = scene.begin(command("SET key old PX 20"), of: primary)
        scene.cluster.run(for: Self.second / 10)
        let second = scene.begin(command("SET key new NX"), of: primary)
        for backup in backups { scene.cluster[backup].diskHangs = false }
        scene.cluster.run(for: Self.second / 2)
        #expect(first.value == .reply(.ok) && second.value == .reply(.ok))
        #expect(scene.text(scene.ask(scene.get, of: primary)) == "new")
    }
}
