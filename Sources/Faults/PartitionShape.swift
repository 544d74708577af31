import Determinism

/// Which links a partition cuts.
public enum PartitionShape: String, Sendable, Codable, CaseIterable {
    /// The target, and the clients that go along with it, against everybody else.
    case isolate
    /// A minority of the nodes, the target among it, against the majority, the coordinator and the
    /// clients that do not go along.
    case halves
    /// What everybody else sends never reaches the target and its company, while they are still
    /// heard: the target believes in silence what nobody else has noticed.
    case oneWay = "one-way"
    /// Two groups of nodes that hear only themselves and the target between them; coordinator and
    /// clients reach everybody, so nobody looks dead.
    case bridge

    /// Whether the shape means nothing without a target.
    var needsTarget: Bool { self == .isolate || self == .oneWay }

    /// The links to cut, in order.
    func links(
        around victim: Endpoint?,
        with company: [Endpoint],
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> [DirectedLink] {
        switch self {
        case .isolate:
            let alone = side(of: victim, company)
            return .every(between: alone, and: view.endpoints.filter { !alone.contains($0) })
        case .oneWay:
            let deaf = side(of: victim, company)
            return .every(from: view.endpoints.filter { !deaf.contains($0) }, to: deaf)
        case .halves:
            let count = view.nodes.count / 2
            let minority = drawn(count, including: victim, in: view, using: &generator) + company
            return .every(between: minority, and: view.endpoints.filter { !minority.contains($0) })
        case .bridge:
            let order = drawn(view.nodes.count, including: victim, in: view, using: &generator)
            let others = order.dropFirst()
            let left = others.prefix(others.count / 2)
            let right = others.dropFirst(left.count)
            return .every(between: Array(left), and: Array(right))
        }
    }

    private func side(of victim: Endpoint?, _ company: [Endpoint]) -> [Endpoint] {
        (victim.map { [$0] } ?? []) + company
    }

    /// So many nodes in an order drawn from the seed, the victim first.
    private func drawn(
        _ count: Int,
        including victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> [Endpoint] {
        let others = view.nodes.map { Endpoint.node($0) }.filter { $0 != victim }
        let order = (victim.map { [$0] } ?? []) + generator.shuffled(others)
        return Array(order.prefix(count))
    }
}

extension [DirectedLink] {
    fileprivate static func every(from senders: [Endpoint], to receivers: [Endpoint]) -> Self {
        DirectedLink.every(from: senders, to: receivers)
    }

    fileprivate static func every(between left: [Endpoint], and right: [Endpoint]) -> Self {
        DirectedLink.every(between: left, and: right)
    }
}
