/// Who holds what, at which epoch: the one thing the coordinator decides.
///
/// Shards stand in the order of their numbers, nodes in the order of theirs.
public struct ClusterMap: Equatable, Sendable {
    public var cluster: ClusterID
    public var epoch: Epoch
    /// The registered name of the placement scheme.
    public var placement: String
    /// The registered name of the replication mode.
    public var replication: String
    /// Copies of each shard, the primary's included.
    public var replicaCount: Int
    /// What the replication mode demands of a promotion.
    public var election: ElectionRule
    /// What a degraded shard's mode demands of one; nil where shards do not degrade.
    public var degradedElection: ElectionRule?
    /// Every node that holds a shard or is to hold one, and those that were drained.
    public var nodes: [NodeDescription]
    public var shards: [ShardAssignment]
    /// Where the shards are to be; empty where nothing was placed by a scheme.
    public var membership = Membership()
    /// The change of the membership that is not carried out yet.
    public var operation: MembershipOperation?
    /// The most that shards on the move may take of a node's network and disk, bytes per second;
    /// 0 for no limit.
    public var moveRate: UInt64 = 0

    public init(
        cluster: ClusterID,
        epoch: Epoch,
        placement: String,
        replication: String,
        replicaCount: Int,
        election: ElectionRule,
        nodes: [NodeDescription],
        shards: [ShardAssignment]
    ) {
        self.cluster = cluster
        self.epoch = epoch
        self.placement = placement
        self.replication = replication
        self.replicaCount = replicaCount
        self.election = election
        self.nodes = nodes
        self.shards = shards
    }

    public func node(_ id: NodeID) -> NodeDescription? { nodes.first { $0.id == id } }

    /// What a shard's mode demands of a promotion as the shard stands.
    public func election(of assignment: ShardAssignment) -> ElectionRule {
        assignment.isDegraded ? degradedElection ?? election : election
    }

    public subscript(shard: ShardID) -> ShardAssignment {
        get { shards[Int(shard.value)] }
        set { shards[Int(shard.value)] = newValue }
    }

    /// The largest number of shards: one for each hash slot.
    public static let shardLimit = KeySlot.count
    /// The largest number of nodes.
    public static let nodeLimit = 4_096
}

/// A node's addresses and its present life.
public struct NodeDescription: Equatable, Sendable {
    public var id: NodeID
    /// A numeric address, as clients and peers should dial it.
    public var host: String
    public var port: UInt16
    public var peerPort: UInt16
    /// The process that registered last.
    public var boot: BootID
    /// The copy that process holds.
    public var copy: CopyID

    public init(
        id: NodeID,
        host: String,
        port: UInt16,
        peerPort: UInt16,
        boot: BootID,
        copy: CopyID
    ) {
        self.id = id
        self.host = host
        self.port = port
        self.peerPort = peerPort
        self.boot = boot
        self.copy = copy
    }
}

/// One shard's replicas, its primary and the term it reigns in.
public struct ShardAssignment: Equatable, Sendable {
    public var term: Term
    /// Nobody while no replica may be promoted without risking an acknowledged write.
    public var primary: NodeID?
    /// The process that may serve in `term`: one that started later may not.
    public var primaryBoot: BootID
    /// In the placement scheme's order, and behind those the ones that are to leave.
    public var replicas: [ReplicaAssignment]
    /// Raised by every change of this shard, so that a change can be made by compare-and-swap.
    public var version: UInt64
    /// Whether the shard has fallen back to what its replication mode degrades to.
    public var isDegraded = false
    /// How often a primary was promoted although a complete copy could not be found.
    public var acceptedLosses: UInt32
    /// The replica that is to reign instead of the primary, by a planned change; joining replicas must
    /// have caught up first.
    public var heir: NodeID?

    public init(
        term: Term,
        primary: NodeID?,
        primaryBoot: BootID,
        replicas: [ReplicaAssignment],
        version: UInt64,
        acceptedLosses: UInt32,
        heir: NodeID? = nil
    ) {
        self.term = term
        self.primary = primary
        self.primaryBoot = primaryBoot
        self.replicas = replicas
        self.version = version
        self.acceptedLosses = acceptedLosses
        self.heir = heir
    }

    public func replica(_ node: NodeID) -> ReplicaAssignment? {
        replicas.first { $0.node == node }
    }

    public var inSync: [NodeID] { replicas.lazy.filter(\.isInSync).map(\.node) }

    /// The replicas that count: without those that are still being filled.
    public var members: [ReplicaAssignment] { replicas.filter { $0.standing != .joining } }

    /// Whether the coordinator wants its replicas or its primary changed.
    public var isMoving: Bool {
        heir != nil || replicas.contains { $0.standing != .member }
    }
}

/// One copy of one shard.
public struct ReplicaAssignment: Equatable, Sendable {
    public var node: NodeID
    /// The copy that counts; a node that holds another one is missing until it is re-admitted.
    public var copy: CopyID
    public var isInSync: Bool
    public var standing: Standing

    /// What is to become of a replica.
    public enum Standing: UInt8, Sendable {
        /// It stays.
        case member = 0
        /// It is being filled, and counts in no acknowledgement, lease or recovery.
        case joining
        /// It counts, until those that join have caught up.
        case leaving
    }

    public init(
        node: NodeID,
        copy: CopyID,
        isInSync: Bool,
        standing: Standing = .member
    ) {
        self.node = node
        self.copy = copy
        self.isInSync = isInSync
        self.standing = standing
    }
}

/// Who may be promoted, as the replication mode promises it.
public struct ElectionRule: Equatable, Sendable {
    /// Only a member of the in-sync set may reign; otherwise any replica with an admitted copy.
    public var electsFromInSync: Bool
    /// Replicas, the new primary included, that must report before it may serve.
    public var recoverySetSize: Int
    /// Client writes need so many replicas: of the in-sync set where that elects.
    public var minimumInSync: Int
    /// Whether the in-sync set is a chain, whose order a change of it alters: it then begins a term.
    public var isChain: Bool

    public init(
        electsFromInSync: Bool,
        recoverySetSize: Int,
        minimumInSync: Int,
        isChain: Bool = false
    ) {
        self.electsFromInSync = electsFromInSync
        self.recoverySetSize = recoverySetSize
        self.minimumInSync = minimumInSync
        self.isChain = isChain
    }
}
