import Determinism
import Faults
import Testing
import Topology

@Suite struct PartitionTests {
    private func links(
        _ shape: PartitionShape,
        target: FaultTarget? = .node(NodeID(2)),
        withClients: Bool = false,
        seed: UInt64 = 7,
        view: ClusterView = fiveNodes()
    ) throws -> [DirectedLink] {
        let fields = FaultFields(target: target, shape: shape.rawValue, withClients: withClients)
        let partition = try Partition(fields: fields)
        var generator = SeededGenerator(seed: Seed(seed))
        let victim = partition.target?.resolved(in: view, using: &generator)
        let strike = partition.strike(victim, in: view, using: &generator)
        guard case .cut(let links)? = strike.actions.first else { return [] }
        #expect(strike.actions.count == 1)
        #expect(strike.healing == [.reconnect(links)])
        return links
    }

    @Test func `isolate cuts the target from everybody, both ways, and nobody else`() throws {
        let links = try links(.isolate)
        let others = fiveNodes().endpoints.filter { $0 != .node(2) }
        #expect(links.count == 2 * others.count)
        for other in others {
            #expect(links.drops(.node(2), other) && links.drops(other, .node(2)))
        }
    }

    @Test func `clients that go along reach the target and nobody else`() throws {
        let links = try links(.isolate, withClients: true)
        #expect(!links.drops(.node(2), .clients(2)) && !links.drops(.clients(2), .node(2)))
        #expect(links.drops(.clients(2), .node(1)) && links.drops(.coordinator, .clients(2)))
        #expect(links.drops(.clients(1), .node(2)) && !links.drops(.clients(1), .node(1)))
        #expect(links.count == 2 * 2 * 6)
    }

    /// Five nodes, with two coordinators and an etcd of three members.
    private static var largeView: ClusterView {
        var view = fiveNodes()
        view.coordinators = Endpoint.coordinators(2)
        view.leader = .standby(2)
        view.etcdMembers = Endpoint.etcd(members: 3)
        return view
    }

    private func links(
        _ shape: PartitionShape,
        _ target: FaultTarget,
        from others: EndpointGroup
    ) throws -> [DirectedLink] {
        var fields = FaultFields(target: target, shape: shape.rawValue)
        fields.others = others
        let partition = try Partition(fields: fields)
        var generator = SeededGenerator(seed: Seed(7))
        let victim = target.resolved(in: Self.largeView, using: &generator)
        let strike = partition.strike(victim, in: Self.largeView, using: &generator)
        guard case .cut(let links)? = strike.actions.first else { return [] }
        #expect(strike.healing == [.reconnect(links)])
        return links
    }

    @Test func `who is cut off from some is still heard by the others`() throws {
        let fromNodes = try links(.isolate, .leader, from: .nodes)
        let nodes = Self.largeView.nodes.map { Endpoint.node($0) }
        #expect(fromNodes == DirectedLink.every(between: [.standby(2)], and: nodes))
        let members = Self.largeView.etcdMembers
        let fromEtcd = try links(.isolate, .leader, from: .etcd)
        #expect(fromEtcd == DirectedLink.every(between: [.standby(2)], and: members))
        let deaf = try links(.oneWay, .etcd(1), from: .etcd)
        #expect(deaf == DirectedLink.every(from: [.etcd(2), .etcd(3)], to: [.etcd(1)]))
        let member = try links(.isolate, .etcd(1), from: .coordinators)
        let coordinators = Self.largeView.coordinators
        #expect(member == DirectedLink.every(between: [.etcd(1)], and: coordinators))
    }

    @Test(arguments: [
        (FaultTarget.leader, EndpointGroup.coordinators), (.etcd(1), .nodes), (.primary, .etcd),
        (.leader, .clients),
    ])
    func `cutting those apart that never talk is refused`(
        target: FaultTarget,
        others: EndpointGroup
    ) {
        #expect(throws: FaultFieldError.self) { try links(.isolate, target, from: others) }
    }

    @Test func `a shape that divides everybody takes nobody to be cut off from`() {
        #expect(throws: FaultFieldError.self) { try links(.halves, .primary, from: .nodes) }
    }

    @Test func `one-way drops what the target would hear and keeps what it says`() throws {
        let links = try links(.oneWay)
        #expect(links.allSatisfy { $0.to == .node(2) })
        #expect(links.count == 7)
    }

    @Test(arguments: 0..<32)
    func `halves leave the target in a minority without the coordinator`(seed: Int) throws {
        let links = try links(.halves, seed: UInt64(seed))
        let away = fiveNodes().nodes.map { Endpoint.node($0) }
            .filter { links.drops($0, .coordinator) }
        #expect(away.count == 2 && away.contains(.node(2)), "seed \(seed)")
        #expect(links.count == 2 * 2 * (3 + 1 + 2), "seed \(seed)")
        #expect(away.allSatisfy { !links.drops(away[0], $0) }, "seed \(seed)")
    }

    @Test(arguments: 0..<32)
    func `bridge leaves exactly one node that hears both halves`(seed: Int) throws {
        let links = try links(.bridge, target: nil, seed: UInt64(seed))
        let whole = fiveNodes().nodes.map { Endpoint.node($0) }
            .filter { node in !links.contains { $0.from == node || $0.to == node } }
        #expect(whole.count == 1, "seed \(seed)")
        #expect(links.count == 2 * 2 * 2, "seed \(seed)")
        #expect(links.allSatisfy { $0.from.node != nil && $0.to.node != nil }, "seed \(seed)")
    }

    @Test func `a target that nobody is strikes nobody`() throws {
        #expect(try links(.isolate, target: .node(NodeID(9))).isEmpty)
        #expect(try links(.halves, target: .node(NodeID(9))).isEmpty)
    }

    @Test func `a shape that is none is refused with those there are`() {
        #expect(throws: FaultFieldError.self) {
            try Partition(fields: FaultFields(target: .primary, shape: "quarters"))
        }
        #expect(throws: FaultFieldError.missing(key: "target", example: "primary")) {
            try Partition(fields: FaultFields(shape: "isolate"))
        }
    }
}
