internal import Coordination
internal import Replication
internal import Sockets
public import Topology

/// What a coordinator is told when it starts.
public struct CoordinatorSettings: Sendable {
    /// The address that nodes reach it at; it listens on no other.
    public var bindAddress: String
    /// 0 asks the kernel for a free one.
    public var port: Int
    /// Where a map in a file lives, and the history of any; empty for none.
    public var dataDirectory: String
    public var mapStore = MapStoreSettings.file
    public var members: [Member]
    public var shardCount: Int
    /// Copies of each shard, the primary's included.
    public var replicaCount: Int
    /// Registered names.
    public var placement: String
    public var replication: String
    public var detector: String
    /// Replicas that writes need in sync, instead of as many as the mode asks for.
    public var minimumInSync: Int?
    /// What moving shards may take of each node of a new cluster, bytes per second; 0 for no limit.
    public var moveRate: UInt64 = 0

    /// A node as it was configured.
    public struct Member: Equatable, Sendable {
        public var node: NodeID
        public var host: String
        public var port: UInt16
        public var peerPort: UInt16
        /// Its share of the shards, beside the other nodes'.
        public var weight = 1.0
        /// The fault domain that it fails with.
        public var zone = PlacementNode.sharedZone

        public init(node: NodeID, host: String, port: UInt16, peerPort: UInt16) {
            self.node = node
            self.host = host
            self.port = port
            self.peerPort = peerPort
        }

        /// Reads `1=10.0.0.1:6379:16379`; nil for anything else, and for a host by name: a node that
        /// looked one up would serve nobody meanwhile.
        public init?(_ text: String) {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = UInt16(parts[0]), number > 0,
                let colon = parts[1].lastIndex(of: ":"),
                let client = Endpoint(String(parts[1][..<colon])), Listener.takes(client.host),
                let port = UInt16(exactly: client.port),
                let peerPort = UInt16(parts[1][parts[1].index(after: colon)...]), peerPort > 0
            else { return nil }
            self.init(node: NodeID(number), host: client.host, port: port, peerPort: peerPort)
        }
    }

    public init(
        bindAddress: String = "127.0.0.1",
        port: Int = 7000,
        dataDirectory: String,
        members: [Member],
        shardCount: Int = 256,
        replicaCount: Int = 3,
        placement: String = "ring",
        replication: String = "synchronous",
        detector: String = "fixed-timeout"
    ) {
        self.bindAddress = bindAddress
        self.port = port
        self.dataDirectory = dataDirectory
        self.members = members
        self.shardCount = shardCount
        self.replicaCount = replicaCount
        self.placement = placement
        self.replication = replication
        self.detector = detector
    }

    /// Looks the names up and checks what only makes sense together.
    ///
    /// - Parameters:
    ///   - stored: the map of a cluster that exists; its shape cannot be changed from here.
    func resolve(
        _ stored: ClusterMap?,
        modes: [any ReplicationMode.Type]
    ) throws(StartFailure) -> CoordinatorConfiguration {
        let placement = try Self.find(placement, "placement", placementSchemes) { $0.name }
        let mode = try Self.mode(replication, among: modes, replicaCount: replicaCount)
        let detector = try Self.detector(detector)
        let numbers = members.map(\.node)
        guard !members.isEmpty, Set(numbers).count == numbers.count else {
            throw .usage("every node needs a number of its own, and there must be one at least")
        }
        let addresses = members.flatMap { ["\($0.host):\($0.port)", "\($0.host):\($0.peerPort)"] }
        let seen = addresses.enumerated().first { addresses[..<$0.offset].contains($0.element) }
        if let seen { throw .usage("the address \(seen.element) is given twice") }
        guard replicaCount > 0, replicaCount <= members.count else {
            throw .usage("\(replicaCount) replicas cannot be placed on \(members.count) nodes")
        }
        guard shardCount > 0, shardCount <= ClusterMap.shardLimit, shardCount.nonzeroBitCount == 1
        else {
            throw .usage(
                "the number of shards must be a power of two, \(ClusterMap.shardLimit) at most"
            )
        }
        if let stored { try check(stored, replication: mode.configuredName) }
        let scheme = placement.init()
        let placementNodes = try placementNodes(for: scheme)
        var configuration = CoordinatorConfiguration(
            cluster: stored?.cluster ?? ClusterID(.random(in: 1...UInt64.max)),
            nodes: members.sorted { $0.node < $1.node }.map { member in
                NodeDescription(
                    id: member.node,
                    host: member.host,
                    port: member.port,
                    peerPort: member.peerPort,
                    boot: .none,
                    copy: .none
                )
            },
            shardCount: shardCount,
            replicaCount: replicaCount,
            placement: scheme,
            replication: mode.configuredName.description,
            election: try election(of: mode),
            detector: detector
        )
        configuration.degradedElection = mode.fallback?.mode.electionRule(
            replicaCount: replicaCount
        )
        configuration.placementNodes = placementNodes
        configuration.moveRate = moveRate
        return configuration
    }

    private func election(of mode: any ReplicationMode) throws(StartFailure) -> ElectionRule {
        var election = mode.electionRule(replicaCount: replicaCount)
        guard let minimumInSync else { return election }
        guard mode.usesInSyncSet, !mode.acknowledgesUnderLease else {
            throw .usage(
                "\(replication) decides by itself how many replicas a write needs: "
                    + "a minimum in-sync count suits synchronous and chain"
            )
        }
        guard (1...replicaCount).contains(minimumInSync) else {
            throw .usage("the minimum in-sync count is from 1 to \(replicaCount), the replicas")
        }
        election.minimumInSync = minimumInSync
        return election
    }

    /// The weights must be such as the scheme can honour.
    private func placementNodes(
        for scheme: some PlacementScheme
    ) throws(StartFailure) -> [PlacementNode] {
        let nodes = members.map { PlacementNode($0.node, weight: $0.weight, zone: $0.zone) }
        do throws(PlacementError) {
            _ = try scheme.table(for: PlacementMembers(nodes))
            return nodes
        } catch {
            switch error {
            case .weightsUnsupported(let scheme):
                throw .usage("placement \(scheme) treats all nodes alike: it takes no weights")
            default: throw .usage("the nodes cannot be placed: \(error)")
            }
        }
    }

    /// A cluster keeps the shape it was created with; who takes part is told by the map alone, once
    /// operators have changed it.
    private func check(
        _ stored: ClusterMap,
        replication: ConfiguredName
    ) throws(StartFailure) {
        let members = members.map(\.node).sorted()
        let isChanged = stored.membership.generation > 0 || stored.operation != nil
        let differences = [
            stored.shards.count == shardCount ? nil : "\(stored.shards.count) shards",
            stored.replicaCount == replicaCount ? nil : "\(stored.replicaCount) replicas",
            minimumInSync.map { stored.election.minimumInSync == $0 } ?? true
                ? nil : "a minimum of \(stored.election.minimumInSync) in sync",
            stored.placement == placement ? nil : "placement \(stored.placement)",
            stored.replication == replication.description
                ? nil : "replication \(stored.replication)",
            stored.nodes.map(\.id) == members || isChanged
                ? nil : "nodes \(stored.nodes.map(\.id))",
        ].compactMap(\.self)
        guard differences.isEmpty else {
            throw .usage(
                "the cluster in \(place) was created with "
                    + differences.joined(separator: ", ")
                    + ": start it with the same, or give a new cluster a \(newPlace) of its own"
            )
        }
    }

    private var place: String {
        switch mapStore {
        case .file: dataDirectory
        case .etcd(_, let prefix): "etcd below \(prefix)"
        }
    }

    private var newPlace: String { mapStore == .file ? "folder" : "prefix" }

    /// The mode with its settings, which must suit the number of replicas.
    private static func mode(
        _ text: String,
        among modes: [any ReplicationMode.Type],
        replicaCount: Int
    ) throws(StartFailure) -> any ReplicationMode {
        guard let configured = ConfiguredName(parsing: text) else {
            throw .usage("'\(text)' is no replication mode: its parentheses do not match")
        }
        let kind = try find(configured.name, "replication mode", modes) { $0.name }
        guard let mode = modes.mode(text) else {
            let help = kind.settingsHelp.map { "it takes \($0)" } ?? "it takes none"
            throw .usage("the replication mode \(text) has wrong settings: \(help)")
        }
        if let problem = mode.problem(replicaCount: replicaCount) {
            throw .usage("replication \(text): \(problem)")
        }
        return mode
    }

    private static func detector(_ text: String) throws(StartFailure) -> any FailureDetector {
        if let detector = failureDetectors.detector(text) { return detector }
        let configured = ConfiguredName(parsing: text) ?? ConfiguredName(text)
        let kind = try find(configured.name, "failure detector", failureDetectors) { $0.name }
        throw .usage(
            "the failure detector \(text) has wrong settings: it takes \(kind.settingsHelp)"
        )
    }

    private static func find<Kind>(
        _ name: String,
        _ what: String,
        _ kinds: [Kind],
        _ nameOf: (Kind) -> String
    ) throws(StartFailure) -> Kind {
        if let kind = kinds.first(where: { nameOf($0) == name }) { return kind }
        let known = kinds.map(nameOf).joined(separator: ", ")
        throw .usage("unknown \(what) '\(name)': one of \(known)")
    }
}
