public import Topology

/// A party of a cluster: what has an address, and what faults strike.
public enum Endpoint: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    case node(NodeID)
    case coordinator
    /// A further coordinator, counted from 2; whichever leads, this is not the first.
    case standby(Int)
    /// A member of the etcd that the coordinators keep their map in, counted from 1.
    case etcd(Int)
    /// A group of load generators that share one place in the network, counted from 1.
    case clients(Int)

    /// What the endpoint is called in journals, logs and the network: `node-1`, `coordinator`,
    /// `coordinator-2`, `etcd-1`, `clients-1`.
    public var name: String {
        switch self {
        case .node(let id): "node-\(id.value)"
        case .coordinator: "coordinator"
        case .standby(let number): "coordinator-\(number)"
        case .etcd(let number): "etcd-\(number)"
        case .clients(let group): "clients-\(group)"
        }
    }

    public var description: String { name }

    /// The coordinators of a cluster that has so many.
    public static func coordinators(_ count: Int) -> [Endpoint] {
        (0..<count).map { $0 == 0 ? .coordinator : .standby($0 + 1) }
    }

    /// The members of an etcd that has so many.
    public static func etcd(members count: Int) -> [Endpoint] {
        (0..<count).map { .etcd($0 + 1) }
    }

    public var group: EndpointGroup {
        switch self {
        case .node: .nodes
        case .coordinator, .standby: .coordinators
        case .etcd: .etcd
        case .clients: .clients
        }
    }

    public var node: NodeID? {
        guard case .node(let id) = self else { return nil }
        return id
    }

    private var rank: (Int, Int) {
        switch self {
        case .node(let id): (0, Int(id.value))
        case .coordinator: (1, 0)
        case .standby(let number): (1, number)
        case .etcd(let number): (2, number)
        case .clients(let group): (3, group)
        }
    }

    /// Nodes by number, the coordinators, etcd's members, client groups by number.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let endpoint = Self(name: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(text) names no endpoint"
            )
        }
        self = endpoint
    }

    /// The endpoint of this name; nil when there is none.
    public init?(name: String) {
        if name == "coordinator" {
            self = .coordinator
        } else if name.hasPrefix("node-"), let id = UInt16(name.dropFirst(5)) {
            self = .node(NodeID(id))
        } else if name.hasPrefix("coordinator-"), let number = Int(name.dropFirst(12)) {
            self = .standby(number)
        } else if name.hasPrefix("etcd-"), let number = Int(name.dropFirst(5)) {
            self = .etcd(number)
        } else if name.hasPrefix("clients-"), let group = Int(name.dropFirst(8)) {
            self = .clients(group)
        } else {
            return nil
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// All endpoints of a kind, as plans name them.
public enum EndpointGroup: String, Sendable, Codable, CaseIterable {
    case nodes
    case coordinators
    case etcd
    case clients

    /// Whose messages go to whom; what was cut between others, nobody would miss.
    func talks(to other: EndpointGroup) -> Bool {
        switch (self, other) {
        case (.nodes, .nodes), (.nodes, .coordinators), (.nodes, .clients): true
        case (.coordinators, .nodes), (.coordinators, .etcd): true
        case (.etcd, .coordinators), (.etcd, .etcd): true
        case (.clients, .nodes): true
        default: false
        }
    }
}

/// One direction of the connection between two endpoints.
public struct DirectedLink: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    public let from: Endpoint
    public let to: Endpoint

    public init(from: Endpoint, to: Endpoint) {
        self.from = from
        self.to = to
    }

    public var description: String { "\(from)>\(to)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.from, left.to) < (right.from, right.to)
    }

    /// Every link from one side to the other, in order.
    public static func every(from senders: [Endpoint], to receivers: [Endpoint]) -> [DirectedLink] {
        senders.flatMap { sender in
            receivers.lazy.filter { $0 != sender }.map { DirectedLink(from: sender, to: $0) }
        }.sorted()
    }

    /// Every link between the two sides, both directions, in order.
    public static func every(between left: [Endpoint], and right: [Endpoint]) -> [DirectedLink] {
        (every(from: left, to: right) + every(from: right, to: left)).sorted()
    }
}
