public import Determinism
public import Topology

/// Whom a fault strikes, by role or by number; resolved at the moment it strikes.
public enum FaultTarget: Hashable, Sendable, Codable {
    /// The primary of the most loaded shard.
    case primary
    /// One of the backups of the most loaded shard, drawn from the seed.
    case backup
    case coordinator
    /// Of several coordinators the one that leads.
    case leader
    /// Of several coordinators the one of this number, counted from 1.
    case coordinatorNumber(Int)
    /// A member of the coordinators' etcd, counted from 1.
    case etcd(Int)
    /// One of the nodes that run, drawn from the seed.
    case random
    case node(NodeID)

    /// The targets that a plan names by a word; a node is named by its number.
    public static let roles = [
        "primary", "backup", "coordinator", "coordinator:leader", "random",
    ]

    /// The target of this word; nil for every other.
    public init?(role: String) {
        switch role {
        case "primary": self = .primary
        case "backup": self = .backup
        case "coordinator": self = .coordinator
        case "coordinator:leader": self = .leader
        case "random": self = .random
        default: return nil
        }
    }

    /// The victim, or nil where the view has nobody of this role.
    public func resolved(
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> Endpoint? {
        switch self {
        case .primary:
            let shard = view.mostLoadedShard { shard in
                shard.primary.map(view.running.contains) ?? false
            }
            return shard?.primary.map { .node($0) }
        case .backup:
            let shard = view.mostLoadedShard { $0.backups.contains(where: view.running.contains) }
            let candidates = shard?.backups.filter(view.running.contains).sorted() ?? []
            return generator.element(of: candidates).map { .node($0) }
        case .coordinator:
            return view.hasCoordinator ? .coordinator : nil
        case .leader:
            return view.hasCoordinator ? view.leader : nil
        case .coordinatorNumber(let number):
            guard view.hasCoordinator else { return nil }
            return view.coordinators.indices.contains(number - 1)
                ? view.coordinators[number - 1] : nil
        case .etcd(let number):
            return view.etcdMembers.contains(.etcd(number)) ? .etcd(number) : nil
        case .random:
            return generator.element(of: view.running).map { .node($0) }
        case .node(let id):
            return view.nodes.contains(id) ? .node(id) : nil
        }
    }

    /// Of which kind whoever it names is.
    var group: EndpointGroup {
        switch self {
        case .primary, .backup, .random, .node: .nodes
        case .coordinator, .leader, .coordinatorNumber: .coordinators
        case .etcd: .etcd
        }
    }

    public var text: String {
        switch self {
        case .primary: "primary"
        case .backup: "backup"
        case .coordinator: "coordinator"
        case .leader: "coordinator:leader"
        case .coordinatorNumber(let number): "coordinator-\(number)"
        case .etcd(let number): "etcd-\(number)"
        case .random: "random"
        case .node(let id): "node-\(id.value)"
        }
    }
}
