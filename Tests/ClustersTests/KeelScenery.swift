import Clusters
import Faults
import RESP
import Testing
import Topology

/// Three nodes on namespaces of their own, with a map in a file where no etcd is asked for.
func withKeel(
    replication: String = "quorum",
    coordinators: Int = 1,
    etcdMembers: Int = 0,
    _ body: (Cluster) async throws -> Void
) async throws {
    let folder = try TemporaryDirectory()
    var layout = FabricLayout(nodeCount: 3)
    layout.coordinatorCount = coordinators
    layout.etcdMembers = etcdMembers
    let fabric = try NamespacesFabric(layout)
    try fabric.build()
    defer { fabric.tearDown() }
    var specification = ClusterSpecification(
        nodeCount: 3,
        replicas: 3,
        shards: 256,
        placement: "ring",
        replication: replication,
        durability: "log-everysec",
        executable: try Executables.own("keel"),
        dataDirectory: folder.path + "/data"
    )
    specification.coordinators = coordinators
    specification.etcdMembers = etcdMembers
    if etcdMembers > 0 { specification.etcdExecutable = try Executables.etcd }
    let cluster = try Cluster(Keel(), specification, on: fabric, logDirectory: folder.path)
    do {
        try await cluster.start()
        try await body(cluster)
    } catch {
        for endpoint in cluster.processes.endpoints {
            print(endpoint, cluster.processes.log(of: endpoint).lastLines(5))
        }
        await cluster.stop()
        throw error
    }
    await cluster.stop()
}

/// Writes through whichever node takes it; nil until one does.
func write(_ cluster: Cluster, _ key: String) -> NodeID? {
    for address in cluster.addresses {
        guard
            let client = try? NodeClient(
                host: address.host,
                port: address.port,
                limit: .milliseconds(200)
            ), let reply = try? client.call("SET", key, "value")
        else { continue }
        if reply == .simpleString("OK") { return address.node }
    }
    return nil
}
