import Glibc
import NIOCore
import NIOPosix
import RESP
import Replication
import Topology

import StoreNode

/// Three nodes and their coordinator in this process, each with a loop of its own.
final class RunningCluster {
    let ports: [Int]
    let coordinator: Endpoint
    fileprivate var servers: [NodeServer] = []

    fileprivate init(ports: [Int], coordinator: Endpoint) {
        self.ports = ports
        self.coordinator = coordinator
    }

    /// Ends all nodes but the first so many.
    func keep(_ count: Int) throws {
        while servers.count > count { try servers.removeLast().stop() }
    }
}

/// Gives the closure the ports of a cluster.
func withCluster<Result>(
    replication: String,
    _ body: (_ ports: [Int]) throws -> Result
) throws -> Result {
    try withRunningCluster(replication: replication) { try body($0.ports) }
}

/// Gives the closure a cluster, which is stopped at its end whatever happens.
func withRunningCluster<Result>(
    replication: String,
    replicaReadBound: UInt64? = nil,
    _ body: (RunningCluster) throws -> Result
) throws -> Result {
    let ports = try freePorts(7)
    let members = (0..<3).map {
        CoordinatorSettings.Member("\($0 + 1)=127.0.0.1:\(ports[2 * $0]):\(ports[2 * $0 + 1])")
    }
    let coordinatorPort = ports[6]
    return try withTemporaryDirectory { directory in
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let settings = CoordinatorSettings(
            port: coordinatorPort,
            dataDirectory: directory,
            members: members.compactMap(\.self),
            replicaCount: 3,
            replication: replication
        )
        let coordinator = try CoordinatorServer(settings, modes: replicationModes, group: group)
        _ = try coordinator.start()
        defer { coordinator.stop() }
        let cluster = RunningCluster(
            ports: [ports[0], ports[2], ports[4]],
            coordinator: Endpoint(host: "127.0.0.1", port: coordinatorPort)
        )
        defer { try? cluster.keep(0) }
        for number in 0..<3 {
            var configuration = NodeConfiguration(
                id: NodeID(UInt16(number + 1)),
                port: ports[2 * number],
                peerPort: ports[2 * number + 1],
                coordinator: cluster.coordinator
            )
            if let replicaReadBound { configuration.replicaReadBound = replicaReadBound }
            let server = try NodeServer(configuration: configuration, modes: replicationModes)
            _ = try server.start()
            cluster.servers.append(server)
        }
        try awaitService(cluster.ports)
        return try body(cluster)
    }
}

/// Waits until every node serves its shards with all replicas, ten seconds at most.
private func awaitService(_ ports: [Int]) throws {
    for port in ports {
        let client = try BlockingClient(port: port)
        try eventually("the node at \(port) serves with all replicas") {
            let text = try client.call("CLUSTER", "INFO").text ?? ""
            return text.contains("cluster_state:ok")
                && text.contains("cluster_replication_online:1")
        }
    }
}

/// Ports of 127.0.0.1 that were free a moment ago, all different.
func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        sockets.append(listener)
        return try bindToFreePort(listener)
    }
}

/// Binds a socket to a free port of 127.0.0.1.
func bindToFreePort(_ listener: Int32) throws -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe bind(listener, $0, length) == 0 ? getsockname(listener, $0, &length) : -1
        }
    }
    guard code == 0 else { throw BlockingClient.Failure(description: "bind: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
}
