import Clusters
import FoundationEssentials
import Glibc

/// Keel nodes and their coordinator in namespaces; everything else of them is the harness's own.
struct FabricCluster {
    let cluster: Cluster
    private let fabric: NamespacesFabric

    private static let patience = Duration.seconds(10)

    /// Builds the fabric and starts nothing.
    init(
        nodes: Int,
        replication: String,
        durability: String,
        directory: String
    ) async throws(ClusterError) {
        fabric = try NamespacesFabric(FabricLayout(nodeCount: nodes))
        try fabric.build()
        let specification = ClusterSpecification(
            nodeCount: nodes,
            replicas: nodes,
            shards: 256,
            placement: "ring",
            replication: replication,
            durability: durability,
            executable: try Executables.own("keel"),
            dataDirectory: directory + "/data"
        )
        cluster = try Cluster(
            Keel(),
            specification,
            on: fabric,
            logDirectory: directory
        )
    }

    /// Returns when every node says that every key is served; milliseconds since `began`.
    func start(since began: UInt64) async throws(ClusterError) -> Double {
        try await cluster.start(within: Self.patience)
        return milliseconds(since: began)
    }

    func stop() async {
        await cluster.stop()
        fabric.tearDown()
    }
}

func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

func milliseconds(since began: UInt64) -> Double {
    Double(monotonicNanoseconds() - began) / 1e6
}

/// A folder of its own; whoever asked for it takes it away.
func temporaryDirectory() throws(ClusterError) -> String {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let path = "\(base)/side-by-side-\(getpid())-\(monotonicNanoseconds())"
    do {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    } catch {
        throw .system(what: path, why: "\(error)")
    }
    return path
}

/// What another process of this program printed.
func decoded<Value: Decodable>(
    _ type: Value.Type,
    _ text: String
) throws(ClusterError) -> Value {
    do {
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
        throw .commandFailed(command: "side-by-side", output: text)
    }
}
