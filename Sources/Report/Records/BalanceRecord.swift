/// How evenly the nodes shared the work and the data of a measurement.
public struct BalanceRecord: Sendable, Hashable, Codable {
    /// What one node did and held.
    public struct Node: Sendable, Hashable, Codable {
        public var node: Int
        /// Its share beside the others', as placement sees it.
        public var weight: Double
        /// Commands of clients in the time that is counted.
        public var operations: Int
        /// Of its copies of the data, once everything was healed.
        public var bytes: Int

        public init(node: Int, weight: Double, operations: Int, bytes: Int) {
            self.node = node
            self.weight = weight
            self.operations = operations
            self.bytes = bytes
        }
    }

    /// Those that took part when the measurement ended, in order.
    public var nodes: [Node]
    /// How long operations were counted: the measurement, or what came of it after the last change of
    /// the nodes.
    public var seconds: Double
    /// What the busiest node did in parts of its fair share; `nil` where nobody did anything.
    public var operationsPeak: Double?
    /// What the fullest node held in parts of its fair share.
    public var bytesPeak: Double?

    public init(
        nodes: [Node],
        seconds: Double,
        operationsPeak: Double?,
        bytesPeak: Double?
    ) {
        self.nodes = nodes
        self.seconds = seconds
        self.operationsPeak = operationsPeak
        self.bytesPeak = bytesPeak
    }
}

/// What nodes that joined or left made move, beside the least that any placement could have moved.
public struct MovementRecord: Sendable, Hashable, Codable {
    /// Copies of shards that came to a node that did not have them.
    public var shards: Int
    /// The fewest that had to, change by change: what new nodes have to get for their fair share, and
    /// what nodes that left had held.
    public var leastShards: Double
    /// What nodes sent to those that were to hold shards, as they counted it themselves.
    public var bytes: Int
    /// As `leastShards`, each copy with the bytes of its shard.
    public var leastBytes: Double

    public init(shards: Int, leastShards: Double, bytes: Int, leastBytes: Double) {
        self.shards = shards
        self.leastShards = leastShards
        self.bytes = bytes
        self.leastBytes = leastBytes
    }

    /// Copies moved in parts of the fewest; `nil` where none had to.
    public var shardRatio: Double? { leastShards > 0 ? Double(shards) / leastShards : nil }

    /// Bytes moved in parts of the fewest; `nil` where none had to.
    public var byteRatio: Double? { leastBytes > 0 ? Double(bytes) / leastBytes : nil }
}
