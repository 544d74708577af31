import Foundation
import NIOCore
import NIOPosix
import RESP
import Synchronization
import Testing

@testable import LoadGeneration

/// Real servers on loopback that share the slots, without replicas.
final class RedisCluster: Sendable {
    /// Where the server is installed; nil where these tests are skipped.
    static let executable = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let nodes: [ClusterNode]
    private let servers: Mutex<[Process]>
    private let folder: URL

    /// Runs servers for the test and ends them after it, whatever happens.
    static func with(
        _ count: Int,
        _ body: (RedisCluster) async throws -> Void
    ) async throws {
        let cluster = try RedisCluster(count)
        do {
            try await cluster.join()
            try await body(cluster)
            cluster.end()
        } catch {
            cluster.end()
            throw error
        }
    }

    private init(_ count: Int) throws {
        let executable = try #require(Self.executable)
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "redis-\(UUID().uuidString)")
        var nodes: [ClusterNode] = []
        var processes: [Process] = []
        for number in 1...count {
            let home = folder.appending(path: "\(number)")
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            let port = try Self.freePort()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = [
                "--port", "\(port)", "--bind", "127.0.0.1", "--dir", home.path,
                "--save", "", "--cluster-enabled", "yes",
                "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000",
            ]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            processes.append(process)
            let endpoint = Endpoint(host: "127.0.0.1", port: port)
            nodes.append(ClusterNode(number: number, endpoint: endpoint))
        }
        self.nodes = nodes
        self.folder = folder
        servers = Mutex(processes)
    }

    /// Ends one server without warning.
    func kill(_ index: Int) {
        servers.withLock { _ = Foundation.kill($0[index].processIdentifier, SIGKILL) }
    }

    func ask(_ index: Int, _ arguments: String...) async throws -> RESPValue {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return try await AuditQuestion.send(
            arguments,
            to: nodes[index].endpoint,
            on: loop,
            timeout: .seconds(2)
        ).get()
    }

    private func join() async throws {
        let width = 16_384 / nodes.count
        for (index, node) in nodes.enumerated() {
            try await eventually("server \(node.number) answers") {
                (try? await ask(index, "PING"))?.text == "PONG"
            }
            let first = index * width
            let last = index == nodes.count - 1 ? 16_383 : first + width - 1
            _ = try await ask(index, "CLUSTER", "ADDSLOTSRANGE", "\(first)", "\(last)")
            if index > 0 {
                let (host, port) = (nodes[0].endpoint.host, nodes[0].endpoint.port)
                _ = try await ask(index, "CLUSTER", "MEET", host, "\(port)")
            }
        }
        for index in nodes.indices {
            try await eventually("server \(index + 1) knows all") {
                let slots = try await ask(index, "CLUSTER", "SLOTS").elements?.count
                let info = try await ask(index, "CLUSTER", "INFO").text ?? ""
                return slots == nodes.count && info.contains("cluster_state:ok")
            }
        }
    }

    private func end() {
        servers.withLock { processes in
            for process in processes {
                _ = Foundation.kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// A port that is free together with the one 10,000 above, which the servers use among
    /// themselves.
    static func freePort() throws -> Int {
        for _ in 0..<1000 {
            let group = MultiThreadedEventLoopGroup.singleton
            let channel = try ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).wait()
            let port = channel.localAddress?.port ?? 0
            try channel.close().wait()
            guard port > 0, port < 55_000 else { continue }
            let bus = try? ServerBootstrap(group: group)
                .bind(host: "127.0.0.1", port: port + 10_000).wait()
            guard let bus else { continue }
            try bus.close().wait()
            return port
        }
        throw NeverHappened(what: "a port was free")
    }
}
