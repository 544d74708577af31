import Coordination
import Determinism
import Replication
import Testing
import Topology

/// Log time never runs back, and nobody's clock but the primary's ends a key.
@Suite struct LogTimeTests {
    private static let second: UInt64 = 1_000_000_000

    private func scene(ahead: UInt64, of node: UInt16? = nil) throws -> (ScenarioCluster, NodeID) {
        // Which node reigns is the placement's choice, the same every time.
        let primary = try ScenarioCluster(QuorumReplication()).primary
        let wrong = node.map { NodeID($0) } ?? primary
        let scene = ScenarioCluster(
            QuorumReplication(),
            wallClocks: [wrong: ahead * Self.second]
        )
        #expect(try scene.primary == primary)
        return (scene, primary)
    }

    private func deadline(_ scene: ScenarioCluster, of key: String, by node: NodeID) -> Int64? {
        scene.cluster[node].core?.state(of: scene.shard)?.find(Array(key.utf8))?.deadline
    }

    private func fail(_ primary: NodeID, in scene: ScenarioCluster) throws -> NodeID {
        scene.cluster.crash(primary)
        #expect(scene.cluster.run(atMost: 3 * Self.second) { scene.cluster.isServing(scene.shard) })
        let next = try scene.primary
        #expect(next != primary)
        return next
    }

    @Test
    func `after a primary whose clock was ahead, what has ended stays gone and keys live as long`()
        throws
    {
        let (scene, primary) = try scene(ahead: 100)
        _ = scene.ask(command("SET ends v PX 1000"), of: primary)
        _ = scene.ask(command("SET stays v PX 20000"), of: primary)
        scene.cluster.run(for: Self.second)
        #expect(scene.ask(command("GET ends"), of: primary) == .reply(.null))
        let seen = try #require(scene.cluster[primary].core?.state(of: scene.shard)?.logTime)
        #expect(seen > 100_000)
        let next = try fail(primary, in: scene)
        #expect(scene.ask(command("GET ends"), of: next) == .reply(.null))
        // Its own clock would give it a hundred seconds more.
        guard case .reply(.integer(let left))? = scene.ask(command("PTTL stays"), of: next) else {
            Issue.record("no answer")
            return
        }
        #expect((15_000...20_000).contains(left))
        _ = scene.ask(command("SET short v PX 1000"), of: next)
        let end = try #require(deadline(scene, of: "short", by: next))
        #expect(end > seen + 1_000)
        scene.cluster.run(for: Self.second)
        #expect(scene.ask(command("GET short"), of: next) == .reply(.null))
        scene.cluster.run(for: 20 * Self.second)
        #expect(scene.ask(command("GET stays"), of: next) == .reply(.null))
    }

    @Test func `a backup whose clock is ahead drops nothing as long as another reigns`() throws {
        let primary = try ScenarioCluster(QuorumReplication()).primary
        let ahead = try #require([1, 2, 3].first { NodeID($0) != primary })
        let (scene, _) = try scene(ahead: 100, of: ahead)
        _ = scene.ask(command("SET key v PX 5000"), of: primary)
        scene.cluster.run(for: 4 * Self.second)
        #expect(scene.held(by: NodeID(ahead)) == "v")
        #expect(scene.text(scene.ask(scene.get, of: primary)) == "v")
        scene.cluster.run(for: Self.second)
        #expect(scene.held(by: NodeID(ahead)) == nil)
    }

    @Test func `the time that a log was ahead is given back slowly`() throws {
        let (scene, primary) = try scene(ahead: 1)
        _ = scene.ask(command("SET key v PX 900000"), of: primary)
        let next = try fail(primary, in: scene)
        _ = scene.ask(command("SET a v PX 1000"), of: next, for: 100_000_000)
        let before = try #require(deadline(scene, of: "a", by: next))
        scene.cluster.run(for: 60 * Self.second)
        _ = scene.ask(command("SET b v PX 1000"), of: next, for: 100_000_000)
        let after = try #require(deadline(scene, of: "b", by: next))
        // Sixty seconds passed; up to a second of them was owed.
        #expect((59_000...60_099).contains(after - before))
    }

    /// What clients saw of keys that all end, through crashes of nodes with clocks of their own.
    @Test(arguments: 1...12)
    func `a key that was seen gone never comes back, and replicas agree in the end`(
        seed: Int
    ) throws {
        var options = VirtualCluster.Options()
        options.mode = seed % 2 == 0 ? QuorumReplication() : SynchronousReplication()
        (options.nodes, options.replicas, options.shards) = (3, 3, 1)
        options.shortensLogs = seed % 3 == 0
        options.seed = UInt64(seed)
        options.wallClocks = [NodeID(1): 30 * Self.second, NodeID(2): 5 * Self.second]
        let cluster = VirtualCluster(options)
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        #expect(cluster.run(atMost: Self.second) { cluster.allServe })
        let seen = Sightings()
        var highest: [Int: Int64] = [:]
        cluster.afterStep = { node in
            let index = Int(node.value)
            let life = index + 1_000 * cluster[node].life
            let time = cluster[node].core?.state(of: ShardID(0))?.logTime ?? 0
            if time < highest[life] ?? 0 { Issue.record("the log time of \(node) runs back") }
            highest[life] = time
        }
        for step in 0..<300 {
            let key = "k\(step / 10)"
            let target = NodeID(UInt16(1 + random.next(below: 3)))
            let primary = cluster.coordinator.map?.shards[0].primary ?? target
            if step % 10 == 0 {
                let life = 50 + random.next(below: 1_500)
                cluster.request(command("SET \(key) v PX \(life)"), shard: ShardID(0), to: primary)
                {
                    if $0 == .reply(.ok) { seen.stored[key] = cluster.now }
                }
            } else {
                let old = "k\(random.next(below: step / 10 + 1))"
                let asked = cluster.now
                cluster.request(command("GET \(old)"), shard: ShardID(0), to: primary) {
                    seen.note(old, $0, asked: asked, answered: cluster.now)
                }
            }
            cluster.run(for: UInt64(random.next(below: 60)) * 1_000_000)
            if random.next(below: 25) == 0 {
                cluster.crash(target)
                cluster.run(for: UInt64(random.next(below: 800)) * 1_000_000)
                cluster.start(target)
            }
        }
        cluster.run(for: 10 * Self.second)
        #expect(seen.gone.count > 5, "seed \(seed) shows too little")
        #expect(seen.problems == [], "seed \(seed)")
        let copies = cluster.nodes.compactMap { $0.core?.state(of: ShardID(0))?.encoded() }
        #expect(copies.count == 3 && copies.allSatisfy { $0 == copies[0] }, "seed \(seed)")
        #expect(cluster.nodes[0].core?.state(of: ShardID(0))?.count == 0, "seed \(seed)")
    }

    private final class Sightings {
        var stored: [String: UInt64] = [:]
        var gone: [String: UInt64] = [:]
        var problems: [String] = []

        func note(
            _ key: String,
            _ outcome: VirtualCluster.RequestOutcome,
            asked: UInt64,
            answered: UInt64
        ) {
            switch outcome {
            case .reply(.value):
                if let gone = gone[key], gone <= asked { problems.append("\(key) is back") }
            case .reply(.null) where (stored[key] ?? .max) <= asked:
                gone[key] = min(gone[key] ?? .max, answered)
            default: break
            }
        }
    }
}
