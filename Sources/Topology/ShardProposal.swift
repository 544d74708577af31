/// A change of one shard that its primary asks the coordinator for, made by compare-and-swap on
/// (term, version).
public struct ShardProposal: Equatable, Sendable {
    public var shard: ShardID
    public var term: Term
    /// The version of the assignment that the change starts from.
    public var version: UInt64
    public var change: Change

    public enum Change: Equatable, Sendable {
        /// The replicas with their new admitted copies and in-sync marks; or, where some join and leave,
        /// those that remain.
        case replicas([ReplicaAssignment])
        /// The shard falls back to what its mode degrades to, or returns from there, with these
        /// replicas.
        case degrade(Bool, [ReplicaAssignment])
        /// A planned change of the reign: this one has ended, its lease is released and its log drained.
        case succession(to: NodeID, [ReplicaAssignment])
        /// Another replica of the recovery set holds a higher log: it should reign instead.
        case handOver(to: NodeID)
    }

    public init(shard: ShardID, term: Term, version: UInt64, change: Change) {
        self.shard = shard
        self.term = term
        self.version = version
        self.change = change
    }

    /// The replicas as they would be; nil where they stay as they are.
    public var replicas: [ReplicaAssignment]? {
        switch change {
        case .replicas(let replicas), .degrade(_, let replicas), .succession(_, let replicas):
            replicas
        case .handOver: nil
        }
    }
}

/// What a node says of itself with every heartbeat.
///
/// Durations are nanoseconds before its sending.
public struct NodeStatus: Equatable, Sendable {
    public var node: NodeID
    public var boot: BootID
    public var copy: CopyID
    public var cluster: ClusterID
    /// The epoch of the newest map it knows.
    public var epoch: Epoch
    /// Since the node's event loop last came round.
    public var loopSilence: UInt64
    /// Shards whose primary polled this node less than a lease ago and said it holds its lease.
    public var vouched: [ShardID]
    /// Shards this node is the primary of but cannot serve: leaseless, or an append stuck.
    public var impeded: [ImpededShard]
    /// Peers that answered a poll lately.
    public var reaches: [NodeID]
    /// Replicas that this node fills because they join.
    public var copies: [CopyProgress] = []
    /// Where the logs end of shards that nobody who holds a lease was heard of lately.
    public var ends: [ShardEnd] = []

    public init(
        node: NodeID,
        boot: BootID,
        copy: CopyID,
        cluster: ClusterID,
        epoch: Epoch,
        loopSilence: UInt64 = 0,
        vouched: [ShardID] = [],
        impeded: [ImpededShard] = [],
        reaches: [NodeID] = []
    ) {
        self.node = node
        self.boot = boot
        self.copy = copy
        self.cluster = cluster
        self.epoch = epoch
        self.loopSilence = loopSilence
        self.vouched = vouched
        self.impeded = impeded
        self.reaches = reaches
    }
}

/// A shard that its primary cannot serve at the moment.
public struct ImpededShard: Equatable, Sendable {
    public var shard: ShardID
    public var term: Term
    /// Nanoseconds without a lease (0: it holds one).
    public var leaseless: UInt64
    /// Nanoseconds that the oldest uncommitted entry has waited.
    public var stuck: UInt64

    public init(shard: ShardID, term: Term, leaseless: UInt64, stuck: UInt64) {
        self.shard = shard
        self.term = term
        self.leaseless = leaseless
        self.stuck = stuck
    }
}

/// A replica that joins, on its way to having what the primary has.
public struct CopyProgress: Equatable, Sendable {
    public var shard: ShardID
    public var node: NodeID
    public var sentBytes: UInt64
    public var totalBytes: UInt64

    public init(shard: ShardID, node: NodeID, sentBytes: UInt64, totalBytes: UInt64) {
        self.shard = shard
        self.node = node
        self.sentBytes = sentBytes
        self.totalBytes = totalBytes
    }
}

/// Where one replica's log ends.
public struct ShardEnd: Equatable, Sendable {
    public var shard: ShardID
    public var end: LogPosition

    public init(shard: ShardID, end: LogPosition) {
        self.shard = shard
        self.end = end
    }
}
