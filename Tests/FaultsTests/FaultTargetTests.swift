import Determinism
import Faults
import Testing
import Topology

@Suite struct FaultTargetTests {
    @Test func `primary is the primary of the most loaded shard, of equals the first`() {
        var generator = SeededGenerator(seed: Seed(1))
        #expect(FaultTarget.primary.resolved(in: fiveNodes(), using: &generator) == .node(3))
    }

    @Test func `a primary that does not run is passed over`() {
        var generator = SeededGenerator(seed: Seed(1))
        let view = fiveNodes(running: [1, 2, 4, 5])
        #expect(FaultTarget.primary.resolved(in: view, using: &generator) == .node(2))
    }

    @Test func `backup is a running backup of the most loaded shard, and the seed draws which`() {
        var seen: Set<Endpoint> = []
        for number in 0..<64 {
            var generator = SeededGenerator(seed: Seed(UInt64(number)))
            let victim = FaultTarget.backup.resolved(in: fiveNodes(), using: &generator)
            if let victim { seen.insert(victim) }
        }
        #expect(seen == [.node(4), .node(5)])
        var generator = SeededGenerator(seed: Seed(1))
        let view = fiveNodes(running: [1, 2, 3, 4])
        #expect(FaultTarget.backup.resolved(in: view, using: &generator) == .node(4))
    }

    @Test func `a role that nobody has resolves to nobody`() {
        var generator = SeededGenerator(seed: Seed(1))
        var view = fiveNodes(running: [])
        view.hasCoordinator = false
        for target: FaultTarget in [.primary, .backup, .coordinator, .random, .node(NodeID(9))] {
            #expect(target.resolved(in: view, using: &generator) == nil)
        }
    }

    @Test func `random draws only from the nodes that run`() {
        for number in 0..<64 {
            var generator = SeededGenerator(seed: Seed(UInt64(number)))
            let victim = FaultTarget.random.resolved(
                in: fiveNodes(running: [2, 5]),
                using: &generator
            )
            #expect(victim == .node(2) || victim == .node(5), "seed \(number)")
        }
    }

    @Test func `of several coordinators the leader, or one by its number`() {
        var generator = SeededGenerator(seed: Seed(1))
        var view = fiveNodes()
        #expect(FaultTarget.leader.resolved(in: view, using: &generator) == .coordinator)
        #expect(FaultTarget.etcd(1).resolved(in: view, using: &generator) == nil)
        view.coordinators = Endpoint.coordinators(3)
        view.leader = .standby(3)
        view.etcdMembers = Endpoint.etcd(members: 3)
        #expect(FaultTarget.leader.resolved(in: view, using: &generator) == .standby(3))
        let second = FaultTarget.coordinatorNumber(2).resolved(in: view, using: &generator)
        #expect(second == .standby(2))
        #expect(FaultTarget.etcd(3).resolved(in: view, using: &generator) == .etcd(3))
        #expect(FaultTarget.etcd(4).resolved(in: view, using: &generator) == nil)
        view.leader = nil
        #expect(FaultTarget.leader.resolved(in: view, using: &generator) == nil)
        for endpoint in view.endpoints { #expect(Endpoint(name: endpoint.name) == endpoint) }
        #expect(view.endpoints == view.endpoints.sorted())
    }

    @Test(arguments: FaultTarget.roles)
    func `every role that a plan may name is read and written alike`(role: String) {
        #expect(FaultTarget(role: role)?.text == role)
    }
}
