public import Topology

/// What an operator asks of a coordinator.
public enum AdminCommand: Equatable, Sendable {
    case status
    /// The node gets its share of the shards.
    case add(JoiningNode)
    /// The node gives all its shards away and is forgotten.
    case remove(NodeID)
    /// The node gives all its shards away and stays known.
    case drain(NodeID)
    /// The node's shards go to another one, and nothing else moves.
    case replace(NodeID, with: JoiningNode)
    /// Every shard goes to where the scheme wants it, its first choice reigning; with other weights
    /// where some are given.
    case rebalance([NodeWeight])
    /// Back to what was before the operation under way.
    case cancel
    /// Shards that nobody may reign over without a risk go on with what is left; all of those where
    /// none is named.
    case acceptLoss([ShardID])
    /// The most that moving shards may take of each node, bytes per second; 0 for no limit.
    case throttle(bytesPerSecond: UInt64)
}

/// A node that is to take part.
public struct JoiningNode: Equatable, Sendable {
    public var id: NodeID
    /// Nil for one that the cluster knows: it was drained.
    public var address: Address?
    public var weight: Double
    public var zone: UInt32

    public struct Address: Equatable, Sendable {
        public var host: String
        public var port: UInt16
        public var peerPort: UInt16

        public init(host: String, port: UInt16, peerPort: UInt16) {
            self.host = host
            self.port = port
            self.peerPort = peerPort
        }
    }

    public init(
        _ id: NodeID,
        at address: Address?,
        weight: Double = 1,
        zone: UInt32 = PlacementNode.sharedZone
    ) {
        self.id = id
        self.address = address
        self.weight = weight
        self.zone = zone
    }
}

/// A node's new share.
public struct NodeWeight: Equatable, Sendable {
    public var node: NodeID
    public var weight: Double

    public init(_ node: NodeID, _ weight: Double) {
        self.node = node
        self.weight = weight
    }
}

/// What a coordinator answers.
public enum AdminAnswer: Equatable, Sendable {
    /// It is durable, and is being carried out.
    case accepted(String)
    /// Nothing was changed.
    case refused(String)
    case status(ClusterStatus)
}

/// Shards that nobody serves, and why nobody may.
public struct UnavailableShards: Equatable, Sendable {
    public var reason: String
    /// Ascending.
    public var shards: [ShardID]

    public init(reason: String, shards: [ShardID]) {
        self.reason = reason
        self.shards = shards
    }
}

/// How a cluster is, as its coordinator sees it.
public struct ClusterStatus: Equatable, Sendable {
    /// Nil until every configured node registered once.
    public var map: ClusterMap?
    /// Nodes that are heard, ascending.
    public var heard: [NodeID]
    /// Shards that are not where the operation under way wants them.
    public var unfinished: Int
    /// The replicas that are being filled.
    public var copies: [CopyProgress]
    /// Why shards are without a primary that could serve, or do not move.
    public var complaints: [Complaint]

    public struct Complaint: Equatable, Sendable {
        public var shard: ShardID
        public var reason: String

        public init(shard: ShardID, reason: String) {
            self.shard = shard
            self.reason = reason
        }
    }

    public init(
        map: ClusterMap?,
        heard: [NodeID],
        unfinished: Int = 0,
        copies: [CopyProgress] = [],
        complaints: [Complaint] = []
    ) {
        self.map = map
        self.heard = heard
        self.unfinished = unfinished
        self.copies = copies
        self.complaints = complaints
    }
}
