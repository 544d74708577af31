public import Faults
internal import Topology

/// The store that this project ships.
public struct Keel: SystemUnderTest {
    public static let name = "keel"
    public static let summary = "the store that this project ships"
    public static let executable = "keel"
    public static let replications = [
        SystemOption("none", "one copy, acknowledged when it has the write"),
        SystemOption("asynchronous", "acknowledged by the primary; a failover may drop its lag"),
        SystemOption("synchronous", "acknowledged by every replica in sync"),
        SystemOption(
            "semi-synchronous",
            "acknowledged by the primary and k backups; may degrade to asynchronous",
            settings: "(k,degrade): k backups, 1 by default"
        ),
        SystemOption("quorum", "acknowledged by a majority of the replicas"),
        SystemOption("chain", "passed down the in-sync replicas; the last one answers reads"),
    ]
    public static let detectors = [
        SystemOption(
            "fixed-timeout",
            "failed after a fixed silence",
            settings: "(350ms): the silence"
        ),
        SystemOption(
            "phi-accrual",
            "failed when a longer silence has become improbable enough",
            settings: "(8,40ms): the threshold of φ and the least deviation"
        ),
        SystemOption(
            "adaptive",
            "failed when late beyond a margin that follows the lateness seen",
            settings: "(200ms): the least margin"
        ),
    ]
    public static let reads = [
        SystemOption("primary", "under the primary's lease, or that of a chain's tail"),
        SystemOption("confirmed", "after a round of confirmations: no clock is trusted"),
    ]
    public static let durabilities = [
        SystemOption("memory", "a write is there once it is in memory"),
        SystemOption("log-everysec", "once it is given to the kernel; synced every second"),
        SystemOption("log-always", "once it is synced to disk"),
    ]

    public static let mapStores = [
        SystemOption("file", "in a file of the one coordinator"),
        SystemOption("etcd", "in an etcd, for several coordinators of which one leads"),
    ]

    public static let changesMembership = true
    public static let keysExpire = true
    public let hasCoordinator = true
    public let mapHistory: String? = "\(Endpoint.coordinator.name)/map-history"

    public func mapHistories(of specification: ClusterSpecification) -> [String] {
        Endpoint.coordinators(specification.coordinators).map { "\($0.name)/map-history" }
    }

    /// What Swift writes when a program traps, and what allocators and sanitizers write.
    public let panicPatterns = [
        "fatal error", "precondition failed", "assertion failed", "program crashed", "sigsegv",
        "sigill", "sigabrt", "sigbus", "segmentation fault", "addresssanitizer",
        "threadsanitizer", "undefinedbehaviorsanitizer", "runtime error:", "panic:",
        "stack trace", "stack smashing", "double free or corruption", "<jemalloc>",
    ]

    public init() {}

    public static func problem(replication: String, replicas: Int) -> String? {
        guard let mode = ConfiguredName(parsing: replication), mode.name == "semi-synchronous"
        else { return nil }
        let numbers = mode.settings.map { Int($0) }
        let backups = numbers.first.flatMap(\.self) ?? 1
        guard backups > 0, mode.settings.filter({ Int($0) == nil }).allSatisfy({ $0 == "degrade" })
        else { return "its settings are (k,degrade), such as (1) or (2,degrade)" }
        return backups < replicas
            ? nil : "\(backups) backups need \(backups + 1) replicas, not \(replicas)"
    }

    public func processes(
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [ProcessDescription] {
        let coordinators = Endpoint.coordinators(specification.coordinators)
        let addresses = coordinators.map { "\(place($0).host):\(place($0).port)" }
        let nodes = (specification.nodes + specification.spares).map { id in
            let place = place(.node(id))
            return ProcessDescription(
                endpoint: .node(id),
                program: specification.executable,
                arguments: [
                    "node", "--id", "\(id.value)", "--bind", place.host,
                    "--port", "\(place.port)", "--peer-port", "\(place.peerPort)",
                    "--data-dir", "\(specification.dataDirectory)/\(Endpoint.node(id).name)",
                    "--durability", specification.durability,
                    "--coordinator", addresses.joined(separator: ","),
                ] + (specification.reads.map { ["--reads", $0] } ?? []),
                openFiles: 16_384
            )
        }
        let members = EtcdMembers(specification, at: place)
        return members.processes
            + coordinators.map { coordinator($0, of: specification, members, at: place) } + nodes
    }

    private func coordinator(
        _ endpoint: Endpoint,
        of specification: ClusterSpecification,
        _ etcd: EtcdMembers,
        at place: (Endpoint) -> FabricPlace
    ) -> ProcessDescription {
        let members = specification.nodes.map { name(of: $0, at: place) }
        var options = ["--placement", specification.placement]
        for (option, values) in [
            ("--weights", specification.weights.map { "\($0)" }),
            ("--zones", specification.zones.map { "\($0)" }),
        ] where !values.isEmpty {
            options += [option, values.joined(separator: ",")]
        }
        if let detector = specification.detector { options += ["--failure-detector", detector] }
        if let count = specification.minimumInSync { options += ["--min-in-sync", "\(count)"] }
        if let rate = specification.moveRate { options += ["--move-rate", "\(rate)"] }
        if specification.etcdMembers > 0 {
            options += ["--map-store", "etcd", "--etcd", etcd.clientAddresses]
        }
        return ProcessDescription(
            endpoint: endpoint,
            program: specification.executable,
            arguments: [
                "coordinator", "--bind", place(endpoint).host, "--port", "\(place(endpoint).port)",
                "--data-dir", "\(specification.dataDirectory)/\(endpoint.name)",
                "--nodes", members.joined(separator: ","),
                "--replicas", "\(specification.replicas)",
                "--shards", "\(specification.shards)",
                "--replication", specification.replication,
            ] + options
        )
    }

    public func observe(
        _ client: NodeClient,
        knownEpoch: UInt64?
    ) throws(NodeClientError) -> NodeObservation {
        try RedisCluster.observe(client, knownEpoch: knownEpoch)
    }

    public func figures(_ client: NodeClient) throws(NodeClientError) -> NodeFigures? {
        try RedisCluster.figures(client)
    }

    public func arguments(
        for change: MembershipRequest,
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [String]? {
        let coordinators = Endpoint.coordinators(specification.coordinators).map {
            "\(place($0).host):\(place($0).port)"
        }
        let words =
            switch change {
            case .join(let node): ["add", name(of: node, at: place)]
            case .leave(let node): ["remove", "\(node.value)"]
            case .replace(let old, let new):
                ["replace", "\(old.value)", name(of: new, at: place)]
            }
        return ["admin"] + words + ["--coordinator", coordinators.joined(separator: ",")]
    }

    /// A node with its addresses, as command lines want it.
    private func name(of node: NodeID, at place: (Endpoint) -> FabricPlace) -> String {
        let place = place(.node(node))
        return "\(node.value)=\(place.host):\(place.port):\(place.peerPort)"
    }
}
