public import Storage
public import Topology

/// What a node is told when it starts.
public struct NodeConfiguration: Equatable, Sendable {
    public var id: NodeID
    /// The address that clients and peers reach it at; it listens on no other.
    public var bindAddress: String
    /// 0 asks the kernel for a free one.
    public var port: Int
    public var peerPort: Int
    public var durability: Durability
    /// Where the log lives; nil under `memory`.
    public var dataDirectory: String?
    /// Whether to start with what is left of a log that is damaged by more than a torn tail.
    public var acceptsDamage = false
    /// Empty where the node stands alone and holds all shards itself; of several one leads.
    public var coordinators: [Endpoint]
    /// The shards of a node that stands alone; otherwise the map says how many there are.
    public var shardCount: Int
    /// What reads rest on where the client says nothing: `primary` or `confirmed`.
    public var reads = ReadMode.primary
    /// The oldest state that a backup answers from, nanoseconds; older ones are left to the primary.
    public var replicaReadBound = Self.defaultReplicaReadBound
    public static let defaultReplicaReadBound: UInt64 = 1_000_000_000
    /// Tests make it small, so that segments come and go.
    package var logSegmentBytes = LogWriter.segmentBytes

    public init(
        id: NodeID = NodeID(1),
        bindAddress: String = "127.0.0.1",
        port: Int = 6379,
        peerPort: Int = 16379,
        durability: Durability = .memory,
        dataDirectory: String? = nil,
        coordinator: Endpoint? = nil,
        shardCount: Int = 256
    ) {
        self.id = id
        self.bindAddress = bindAddress
        self.port = port
        self.peerPort = peerPort
        self.durability = durability
        self.dataDirectory = dataDirectory
        coordinators = coordinator.map { [$0] } ?? []
        self.shardCount = shardCount
    }

    public var isStandalone: Bool { coordinators.isEmpty }
}

extension NodeConfiguration {
    /// What `CONFIG GET` answers, in the words of Redis, for tools that ask before they measure.
    var settings: [(name: String, value: String)] {
        [
            ("appendfsync", durability == .logAlways ? "always" : "everysec"),
            ("appendonly", durability == .memory ? "no" : "yes"),
            ("bind", bindAddress),
            ("cluster-enabled", "yes"),
            ("databases", "1"),
            ("dir", dataDirectory ?? ""),
            ("maxclients", String(ClientTable.limit)),
            ("maxmemory", "0"),
            ("maxmemory-policy", "noeviction"),
            ("port", String(port)),
            ("save", ""),
        ]
    }
}
