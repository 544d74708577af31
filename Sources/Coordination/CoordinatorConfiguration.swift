public import Topology

/// What a cluster is made of, as it was configured; the map holds what has become of it.
public struct CoordinatorConfiguration: Sendable {
    public var cluster: ClusterID
    /// Addresses; boots and copies are ignored.
    public var nodes: [NodeDescription]
    public var shardCount: Int
    public var replicaCount: Int
    public var placement: any PlacementScheme
    /// Weights and zones of the nodes; empty where all of them are alike.
    public var placementNodes: [PlacementNode] = []
    /// The replication mode with its settings, and what it demands of promotions.
    public var replication: String
    public var election: ElectionRule
    /// What the mode that it degrades to demands; nil where it does not degrade.
    public var degradedElection: ElectionRule?
    /// What moving shards may take of each node at first, bytes per second; 0 for no limit.
    public var moveRate: UInt64 = 0
    /// One of these watches each node.
    public var detector: any FailureDetector
    /// How often the shell sends a tick, nanoseconds.
    public var tick: UInt64 = 10_000_000

    public init(
        cluster: ClusterID,
        nodes: [NodeDescription],
        shardCount: Int,
        replicaCount: Int,
        placement: any PlacementScheme,
        replication: String,
        election: ElectionRule,
        detector: any FailureDetector
    ) {
        self.cluster = cluster
        self.nodes = nodes
        self.shardCount = shardCount
        self.replicaCount = replicaCount
        self.placement = placement
        self.replication = replication
        self.election = election
        self.detector = detector
    }
}

/// What happens to a coordinator.
public enum CoordinatorEvent: Sendable {
    /// A heartbeat; the first of a process registers it.
    case heartbeat(NodeStatus)
    case proposal(from: NodeID, ShardProposal)
    /// An operator's command; the number comes back with the answer.
    case admin(UInt64, AdminCommand)
    /// The map of this epoch is durable.
    case stored(Epoch)
    case storeFailed(String)
    /// Time has passed; wanted every `CoordinatorConfiguration.tick`, and only after the input that had
    /// arrived was handed in.
    case tick
}

/// What a coordinator wants done, in order.
public enum CoordinatorEffect: Sendable, Equatable {
    /// Make durable, then answer with `stored`; nothing of it is announced before.
    case store(ClusterMap)
    /// Send to one node, or to all.
    case announce(ClusterMap, to: NodeID?)
    /// To the operator whose command had this number.
    case answer(UInt64, AdminAnswer)
    /// For the coordinator's log.
    case note(String)
    /// Its map is not the newest, or cannot be kept: it must not decide anything any more.
    case stop(String)
}
