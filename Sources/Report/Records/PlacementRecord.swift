/// What `ordeal placement` measured of the schemes.
public struct PlacementRecord: Sendable, Hashable, Codable {
    public var keys: Int
    public var replicas: Int
    /// As it was asked for: `add`, `remove`, `random:20%`.
    public var churn: String
    /// The weights that the nodes have in turn; empty where all are the same.
    public var weights: [Double]
    /// How many fault domains the nodes are dealt to; 1 where there are none.
    public var zones: Int
    public var rows: [Row] = []
    /// Schemes that could not be measured, and why.
    public var refusals: [Refusal] = []

    public init(keys: Int, replicas: Int, churn: String, weights: [Double], zones: Int) {
        self.keys = keys
        self.replicas = replicas
        self.churn = churn
        self.weights = weights
        self.zones = zones
    }

    /// One scheme on so many nodes.
    public struct Row: Sendable, Hashable, Codable {
        public var scheme: String
        public var nodes: Int
        public var honoursWeights: Bool
        public var keepsState: Bool
        public var looksAtLoads: Bool
        /// All copies, in parts of a node's fair share.
        public var load: Spread
        public var firstChoices: Spread
        /// Copies that moved, and the least that any scheme could move, in parts of all copies.
        public var moved: Double
        public var leastMoved: Double
        /// Moved in parts of the least; nil where nothing had to move.
        public var movement: Double?
        public var copySets: Sets
        /// Seconds a lookup of all copies, and of the first choice alone.
        public var lookup: Double
        public var firstLookup: Double
        public var memoryBytes: Int
        /// Seconds.
        public var build: Double
        public var resize: Double

        public init(
            scheme: String,
            nodes: Int,
            honoursWeights: Bool,
            keepsState: Bool,
            looksAtLoads: Bool,
            load: Spread,
            firstChoices: Spread,
            moved: Double,
            leastMoved: Double,
            movement: Double?,
            copySets: Sets,
            lookup: Double,
            firstLookup: Double,
            memoryBytes: Int,
            build: Double,
            resize: Double
        ) {
            self.scheme = scheme
            self.nodes = nodes
            self.honoursWeights = honoursWeights
            self.keepsState = keepsState
            self.looksAtLoads = looksAtLoads
            self.load = load
            self.firstChoices = firstChoices
            self.moved = moved
            self.leastMoved = leastMoved
            self.movement = movement
            self.copySets = copySets
            self.lookup = lookup
            self.firstLookup = firstLookup
            self.memoryBytes = memoryBytes
            self.build = build
            self.resize = resize
        }
    }

    /// How far the nodes' loads are apart.
    public struct Spread: Sendable, Hashable, Codable {
        /// Peak over mean.
        public var peak: Double
        public var standardDeviation: Double
        /// The nodes at 1 % and at 99 %.
        public var low: Double
        public var high: Double

        public init(peak: Double, standardDeviation: Double, low: Double, high: Double) {
            self.peak = peak
            self.standardDeviation = standardDeviation
            self.low = low
            self.high = high
        }
    }

    /// The sets of nodes that hold all copies of some key.
    public struct Sets: Sendable, Hashable, Codable {
        public var distinct: Int
        public var possible: Double
        /// That some key is lost when as many nodes as there are copies die.
        public var lossChance: Double
        /// The part of all keys that is lost then: at worst, and on average.
        public var largestShare: Double
        public var meanShare: Double

        public init(
            distinct: Int,
            possible: Double,
            lossChance: Double,
            largestShare: Double,
            meanShare: Double
        ) {
            self.distinct = distinct
            self.possible = possible
            self.lossChance = lossChance
            self.largestShare = largestShare
            self.meanShare = meanShare
        }
    }

    public struct Refusal: Sendable, Hashable, Codable {
        public var scheme: String
        public var nodes: Int
        public var reason: String

        public init(scheme: String, nodes: Int, reason: String) {
            self.scheme = scheme
            self.nodes = nodes
            self.reason = reason
        }
    }

    /// The numbers of nodes, each once, in the order of the rows.
    var nodeCounts: [Int] {
        rows.map(\.nodes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
