public import Faults
public import Topology

/// A store that can be put to the test: which processes it is made of, and how it tells its state.
public protocol SystemUnderTest: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// What a plan may write for `replication`.
    static var replications: [SystemOption] { get }
    /// What a plan may write for `detector`; empty where it has one way of its own.
    static var detectors: [SystemOption] { get }
    /// What a plan may write for `reads`; empty where it has one way of its own.
    static var reads: [SystemOption] { get }
    /// What a plan may write for `durability`, the weakest first.
    static var durabilities: [SystemOption] { get }
    /// Whether nodes can join and leave while it serves.
    static var changesMembership: Bool { get }
    /// The executable, looked for beside the running one and then on the path.
    static var executable: String { get }
    /// Whether a written value may be given a time to live.
    static var keysExpire: Bool { get }

    init()

    /// Whether it has a process beside its nodes.
    var hasCoordinator: Bool { get }

    /// The file below the data directory in which the map's changes stand as lines of `ShardChange`;
    /// nil where the system keeps none.
    var mapHistory: String? { get }

    /// Why a cluster cannot have this replication with so many copies; nil where it can.
    static func problem(replication: String, replicas: Int) -> String?

    /// Texts that stand in its logs where a process has come to grief, in small letters.
    var panicPatterns: [String] { get }

    /// The processes of a cluster, in the order in which to start them; none waits for another.
    ///
    /// `place` knows every endpoint of the cluster.
    func processes(
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [ProcessDescription]

    /// Asks one node what it knows of the cluster; it need not tell a map of an epoch that is known.
    func observe(
        _ client: NodeClient,
        knownEpoch: UInt64?
    ) throws(NodeClientError) -> NodeObservation

    /// The executable's arguments that ask a running cluster for a change of who takes part; nil where
    /// the system knows no such thing.
    func arguments(
        for change: MembershipRequest,
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [String]?

    /// What one node's process has done since its start; nil where the system does not tell.
    func figures(_ client: NodeClient) throws(NodeClientError) -> NodeFigures?
}

/// A change of who takes part.
public enum MembershipRequest: Sendable, Equatable {
    case join(NodeID)
    case leave(NodeID)
    case replace(NodeID, by: NodeID)
}

/// What one process of a node tells of its work.
public struct NodeFigures: Sendable, Equatable {
    /// Of this process alone: another one has another name.
    public var process: String
    /// Commands of clients, those of whoever asked this included.
    public var commands: Int
    /// What its copies of the data take, without the memory around them.
    public var dataBytes: Int
    /// What it sent to nodes that were to hold shards of it.
    public var movedBytes: Int

    public init(process: String, commands: Int, dataBytes: Int, movedBytes: Int) {
        self.process = process
        self.commands = commands
        self.dataBytes = dataBytes
        self.movedBytes = movedBytes
    }
}

extension SystemUnderTest {
    public static var detectors: [SystemOption] { [] }
    public static var reads: [SystemOption] { [] }
    public static var keysExpire: Bool { false }
    public static func problem(replication: String, replicas: Int) -> String? { nil }
    public static var changesMembership: Bool { false }

    public func arguments(
        for change: MembershipRequest,
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [String]? { nil }

    public func figures(_ client: NodeClient) throws(NodeClientError) -> NodeFigures? { nil }
}

/// Every system there is; a new one is one file and one line here.
public let systemsUnderTest: [any SystemUnderTest.Type] = [
    Keel.self
]

/// A value that a system's setting can have.
public struct SystemOption: Sendable, Equatable {
    public let name: String
    /// One line for listings.
    public let summary: String
    /// What may stand in parentheses behind the name; nil where nothing may.
    public let settings: String?

    public init(_ name: String, _ summary: String, settings: String? = nil) {
        self.name = name
        self.summary = summary
        self.settings = settings
    }
}

/// What a cluster is to be.
public struct ClusterSpecification: Sendable, Equatable {
    public var nodeCount: Int
    /// Copies of every shard, the primary's included.
    public var replicas: Int
    public var shards: Int
    public var placement: String
    public var replication: String
    public var durability: String
    /// The executable's path.
    public var executable: String
    /// Where every process keeps its data, each in a directory of its own.
    public var dataDirectory: String
    /// How failures are detected; nil for the system's own way.
    public var detector: String?
    /// Replicas that writes need in sync; nil for the mode's own number.
    public var minimumInSync: Int?
    /// What moving shards may take of each node, MiB/s; nil for the system's own way.
    public var moveRate: Int?
    /// What reads rest on; nil for the system's own way.
    public var reads: String?
    /// Nodes beyond these, for faults that let some join.
    public var spareCount = 0
    /// The nodes' shares of the data; empty where all are the same.
    public var weights: [Double] = []
    /// The nodes' fault domains; empty where there are none.
    public var zones: [Int] = []

    public init(
        nodeCount: Int,
        replicas: Int,
        shards: Int,
        placement: String,
        replication: String,
        durability: String,
        executable: String,
        dataDirectory: String
    ) {
        self.nodeCount = nodeCount
        self.replicas = replicas
        self.shards = shards
        self.placement = placement
        self.replication = replication
        self.durability = durability
        self.executable = executable
        self.dataDirectory = dataDirectory
    }

    public var nodes: [NodeID] { (0..<nodeCount).map { NodeID(UInt16($0 + 1)) } }

    public var spares: [NodeID] { (0..<spareCount).map { NodeID(UInt16(nodeCount + $0 + 1)) } }
}

/// What one node says of its cluster.
public struct NodeObservation: Sendable, Equatable {
    /// Whether the node believes that every key is served.
    public var isServing: Bool
    /// Whether every replica of the shards it leads follows; true where the system does not tell.
    public var isReplicated: Bool
    /// Whether no shard is on its way to another node; true where the system does not tell.
    public var isSettled: Bool
    /// The version of the map it knows: of two nodes the one with the higher knows better.
    public var epoch: UInt64
    /// Nil where the epoch is one that was known.
    public var ranges: [Range]?
    /// Whether the ranges certainly are those of the epoch.
    public var isExact = false

    /// Slots that have the same replicas, each named by where clients reach it.
    public struct Range: Sendable, Equatable {
        public var firstSlot: Int
        public var lastSlot: Int
        public var primary: SlotHolder
        public var backups: [SlotHolder]

        public init(
            firstSlot: Int,
            lastSlot: Int,
            primary: SlotHolder,
            backups: [SlotHolder]
        ) {
            self.firstSlot = firstSlot
            self.lastSlot = lastSlot
            self.primary = primary
            self.backups = backups
        }
    }

    public init(
        isServing: Bool,
        isReplicated: Bool = true,
        isSettled: Bool = true,
        epoch: UInt64,
        ranges: [Range]?
    ) {
        self.isSettled = isSettled
        self.isServing = isServing
        self.isReplicated = isReplicated
        self.epoch = epoch
        self.ranges = ranges
    }
}

/// Where a replica of some slots is reached.
public struct SlotHolder: Sendable, Hashable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
