import Clusters
import Faults
import RESP
import Topology

/// A cluster of stand-ins: they answer, and the map says that node i is the primary of slot i.
struct StandInSystem: SystemUnderTest {
    static let name = "stand-in"
    static let summary = "answers as little as a store can"
    static let executable = "stand-in"
    static let replications: [SystemOption] = []
    static let durabilities: [SystemOption] = []

    let hasCoordinator = true
    let mapHistory: String? = nil
    let panicPatterns: [String] = []

    func processes(
        of specification: ClusterSpecification,
        at place: (Endpoint) -> FabricPlace
    ) -> [ProcessDescription] {
        (specification.nodes.map { Endpoint.node($0) } + [.coordinator]).map { endpoint in
            let place = place(endpoint)
            return ProcessDescription(
                endpoint: endpoint,
                program: specification.executable,
                arguments: ["serve", place.host, "\(place.port)"]
            )
        }
    }

    func observe(
        _ client: NodeClient,
        knownEpoch: UInt64?
    ) throws(NodeClientError) -> NodeObservation {
        let isServing = try client.call("PING") == .simpleString("PONG")
        let holder = SlotHolder(host: "10.0.0.2", port: 6379)
        let range = NodeObservation.Range(
            firstSlot: 0,
            lastSlot: 16_383,
            primary: holder,
            backups: [SlotHolder(host: "10.0.0.3", port: 6379)]
        )
        return NodeObservation(isServing: isServing, epoch: 1, ranges: [range])
    }
}

/// Three stand-ins and a coordinator on a fabric that is built, started, and stopped whatever
/// happens.
func withStandIns(
    on fabric: any Fabric,
    _ body: (Cluster) async throws -> Void
) async throws {
    let folder = try TemporaryDirectory()
    let directory = folder.path
    let specification = ClusterSpecification(
        nodeCount: 3,
        replicas: 3,
        shards: 256,
        placement: "ring",
        replication: "quorum",
        durability: "memory",
        executable: try Executables.own("stand-in"),
        dataDirectory: directory + "/data"
    )
    let cluster = try Cluster(
        StandInSystem(),
        specification,
        on: fabric,
        logDirectory: directory
    )
    do {
        try await cluster.start(within: .seconds(5))
        try await body(cluster)
    } catch {
        await cluster.stop()
        throw error
    }
    await cluster.stop()
    for endpoint in cluster.processes.endpoints {
        let child = cluster.processes.process(of: endpoint)
        guard child?.isRunning == true else { continue }
        throw ClusterError.unsupported("\(endpoint) outlived its cluster")
    }
}
