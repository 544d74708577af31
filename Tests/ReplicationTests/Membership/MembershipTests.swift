import Coordination
import Replication
import Testing
import Topology

/// Shards move while they serve.
@Suite struct MembershipTests {
    private static let modes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), AsynchronousReplication(), NoReplication(),
        SemiSynchronousReplication(backups: 2), ChainReplication(),
    ]

    private static func options(_ seed: Int, mode: Int? = nil) -> VirtualCluster.Options {
        var options = VirtualCluster.Options()
        options.seed = UInt64(seed)
        options.mode = modes[mode ?? seed % modes.count]
        options.replicas = options.mode.configuredName.name == "none" ? 1 : 3
        options.shards = 16
        options.spares = 1
        options.placement = placementSchemes[seed % placementSchemes.count].init()
        return options
    }

    private static func spare(_ run: MembershipRun) -> JoiningNode {
        let number = UInt16(run.cluster.options.nodes + 1)
        return JoiningNode(
            NodeID(number),
            at: .init(host: "10.0.0.\(number)", port: 6379, peerPort: 16379)
        )
    }

    private static func command(_ number: Int, _ run: MembershipRun) -> AdminCommand {
        switch number % 4 {
        case 0: .add(spare(run))
        case 1: .remove(NodeID(2))
        case 2: .drain(NodeID(3))
        default: .replace(NodeID(1), with: spare(run))
        }
    }

    @Test(arguments: 0..<48)
    func `a planned move shows clients nothing but redirects, and loses nothing`(seed: Int) {
        var options = Self.options(seed)
        options.isLogged = seed / 6 % 2 == 0
        let run = MembershipRun(options)
        run.begin()
        let command = Self.command(seed / 6, run)
        run.change(command)
        run.finish()
        let place = "seed \(seed) \(options.mode.configuredName) \(options.placement) \(command)"
        #expect(run.violations == [], "\(place)")
        #expect(run.errors == [], "\(place)")
        #expect(run.acknowledged > 200, "\(place)")
    }

    @Test(arguments: 0..<48)
    func `crashes and cuts amid a move lose nothing, and it gets to its end`(seed: Int) {
        // With one copy a crash is an outage, and with asynchronous replication it may lose a suffix.
        var options = Self.options(seed, mode: [0, 1, 4, 5][seed % 4])
        options.shortensLogs = seed % 3 == 0
        let run = MembershipRun(options)
        run.begin()
        run.change(Self.command(seed / 4, run))
        run.strike(times: 5)
        run.finish(within: 40_000_000_000)
        let place = "seed \(seed) \(options.mode.configuredName) \(options.placement)"
        #expect(run.violations == [], "\(place)")
        #expect(run.acknowledged > 200, "\(place)")
    }

    @Test(arguments: 0..<24)
    func `a change that is cancelled leaves everything where it was`(seed: Int) {
        let run = MembershipRun(Self.options(seed))
        run.begin()
        let before = run.cluster.coordinator.map
        run.change(Self.command(seed, run))
        run.cluster.run(for: 10_000_000 * UInt64(seed))
        // What was done already is nothing to go back from.
        guard run.cluster.coordinator.map?.operation != nil else { return }
        run.change(.cancel)
        run.finish()
        let after = run.cluster.coordinator.map
        #expect(run.violations == [], "seed \(seed)")
        #expect(run.errors == [], "seed \(seed)")
        #expect(after?.membership == before?.membership, "seed \(seed)")
        #expect(after?.nodes.map(\.id) == before?.nodes.map(\.id), "seed \(seed)")
    }

    @Test(arguments: 0..<18)
    func `a node that takes another's place takes what it had, and nothing else moves`(seed: Int) {
        let run = MembershipRun(Self.options(seed))
        run.begin()
        let before = run.cluster.coordinator.map?.shards ?? []
        run.change(.replace(NodeID(4), with: Self.spare(run)))
        run.finish()
        #expect(run.violations == [], "seed \(seed)")
        let after = run.cluster.coordinator.map?.shards ?? []
        for (old, new) in zip(before, after) {
            let expected = old.replicas.map { $0.node == NodeID(4) ? NodeID(6) : $0.node }
            #expect(new.replicas.map(\.node) == expected, "seed \(seed)")
        }
    }

    @Test func `after a failover rebalance puts the first choices back`() {
        var options = Self.options(1, mode: 1)
        options.placement = RingPlacement()
        let run = MembershipRun(options)
        run.begin()
        run.cluster.crash(NodeID(2))
        run.cluster.run(for: 1_500_000_000)
        run.cluster.start(NodeID(2))
        run.cluster.run(for: 1_500_000_000)
        let isAligned = { [cluster = run.cluster] in
            cluster.coordinator.map?.shards.allSatisfy { $0.primary == $0.replicas[0].node }
        }
        #expect(isAligned() == false)
        run.change(.rebalance([]))
        run.finish()
        #expect(run.violations == [])
        #expect(isAligned() == true)
    }

    @Test func `a throttled move is slower`() {
        var times: [UInt64] = []
        for rate: UInt64 in [0, 1 << 20] {
            var options = Self.options(2, mode: 0)
            options.shards = 64
            let run = MembershipRun(options)
            run.begin()
            // So much that their logs do not hold it any more, and full copies have to be made.
            for _ in 0..<4 { run.fill(bytes: 200_000) }
            run.change(.throttle(bytesPerSecond: rate))
            let begin = run.cluster.now
            run.change(.add(Self.spare(run)))
            #expect(run.cluster.run(atMost: 60_000_000_000) { run.cluster.isSettled })
            times.append(run.cluster.now - begin)
            run.finish()
            #expect(run.violations == [] && run.errors == [], "\(rate)")
        }
        #expect(times[1] > times[0] + 200_000_000, "\(times)")
    }

    @Test func `a primary that calls a replica complete before it is loses writes, and is caught`()
    {
        let caught = (0..<20).contains { seed in
            let run = MembershipRun(Self.options(seed, mode: 0))
            run.begin()
            run.fill(bytes: 100_000)
            // So that a replica stays empty for a while.
            run.change(.throttle(bytesPerSecond: 1 << 20))
            run.plantEarlyConclusion()
            run.change(Self.command(3, run))
            run.strike(times: 5)
            run.finish(within: 40_000_000_000)
            return run.violations.contains { $0.contains("lost") || $0.contains("stale") }
        }
        #expect(caught, "the planted bug went unnoticed: these tests could not fail")
    }
}
