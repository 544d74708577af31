public import Topology

/// What a fault may know of the cluster at the moment it strikes.
public struct ClusterView: Sendable, Equatable {
    /// Every node of the cluster, in order.
    public var nodes: [NodeID]
    /// Nodes that could join it, in order.
    public var spares: [NodeID]
    /// Those whose process runs and is not paused, in order.
    public var running: [NodeID]
    public var hasCoordinator: Bool
    /// Client groups are numbered from 1 to this.
    public var clientGroups: Int
    public var shards: [Shard]

    /// Slots that have the same replicas, as the cluster itself tells it.
    public struct Shard: Sendable, Equatable {
        public var firstSlot: Int
        public var primary: NodeID?
        public var backups: [NodeID]
        /// In any unit, as long as it is the same for every shard.
        public var load: Double

        public init(firstSlot: Int, primary: NodeID?, backups: [NodeID], load: Double) {
            self.firstSlot = firstSlot
            self.primary = primary
            self.backups = backups
            self.load = load
        }
    }

    public init(
        nodes: [NodeID],
        running: [NodeID],
        hasCoordinator: Bool,
        clientGroups: Int,
        shards: [Shard],
        spares: [NodeID] = []
    ) {
        self.nodes = nodes
        self.running = running
        self.hasCoordinator = hasCoordinator
        self.clientGroups = clientGroups
        self.shards = shards
        self.spares = spares
    }

    /// Everybody, in order.
    public var endpoints: [Endpoint] {
        nodes.map { .node($0) } + (hasCoordinator ? [.coordinator] : [])
            + clientEndpoints
    }

    public var clientEndpoints: [Endpoint] {
        clientGroups > 0 ? (1...clientGroups).map { .clients($0) } : []
    }

    /// The client group that goes along with an isolated node: the last, so that the first always
    /// stays with the majority when there are several.
    public var straying: [Endpoint] { Array(clientEndpoints.suffix(1)) }

    /// The shard with the highest load that satisfies a condition; of equals the first.
    func mostLoadedShard(where condition: (Shard) -> Bool) -> Shard? {
        var best: Shard?
        for shard in shards where condition(shard) {
            guard let current = best else {
                best = shard
                continue
            }
            if (-shard.load, shard.firstSlot) < (-current.load, current.firstSlot) { best = shard }
        }
        return best
    }
}
