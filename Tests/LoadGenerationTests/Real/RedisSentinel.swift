import Foundation
import NIOCore
import NIOPosix
import RESP
import Synchronization
import Testing

@testable import LoadGeneration

/// A real primary with a replica, and a sentinel that watches them, on loopback.
final class RedisSentinel: Sendable {
    static let name = "main"

    let sentinel: Endpoint
    /// The primary, then the replica.
    let servers: [Endpoint]
    private let processes = Mutex<[Process]>([])
    private let folder: URL

    /// Runs all three for the test and ends them after it, whatever happens.
    static func with(_ body: (RedisSentinel) async throws -> Void) async throws {
        let group = try RedisSentinel()
        do {
            try await group.begin()
            try await body(group)
            group.end()
        } catch {
            group.end()
            throw error
        }
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "sentinel-\(UUID().uuidString)")
        let ports = try (0..<3).map { _ in try RedisCluster.freePort() }
        servers = ports[..<2].map { Endpoint(host: "127.0.0.1", port: $0) }
        sentinel = Endpoint(host: "127.0.0.1", port: ports[2])
    }

    /// Ends the primary without warning.
    func killPrimary() {
        processes.withLock { _ = Foundation.kill($0[0].processIdentifier, SIGKILL) }
    }

    /// Whom the sentinel names.
    func primary() async throws -> Int? {
        let words = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self.name]
        let answer = try await ask(sentinel, words).elements
        return answer?.last?.text.flatMap { Int($0) }
    }

    func ask(_ endpoint: Endpoint, _ arguments: [String]) async throws -> RESPValue {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return try await AuditQuestion.send(
            arguments,
            to: endpoint,
            on: loop,
            timeout: .seconds(2)
        ).get()
    }

    private func begin() async throws {
        let common = [
            "--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0",
            "--repl-ping-replica-period", "1",
        ]
        let port = { (server: Int) in "\(self.servers[server].port)" }
        try start("primary", ["--port", port(0)] + common)
        try start("replica", ["--port", port(1), "--replicaof", "127.0.0.1", port(0)] + common)
        // Asked for the first time, the primary already names its replica.
        try await eventually("the replica follows", within: .seconds(30)) {
            let info = try? await ask(servers[0], ["INFO", "replication"])
            return info?.text?.contains("state=online") == true
        }
        let file = folder.appending(path: "sentinel.conf")
        let lines = [
            "port \(sentinel.port)", "bind 127.0.0.1",
            "sentinel monitor \(Self.name) 127.0.0.1 \(port(0)) 1",
            "sentinel down-after-milliseconds \(Self.name) 300",
            "sentinel failover-timeout \(Self.name) 3000",
        ]
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        try start("sentinel", [file.path, "--sentinel"])
        try await eventually("the sentinel knows both", within: .seconds(30)) {
            let words = ["SENTINEL", "REPLICAS", Self.name]
            return (try? await ask(sentinel, words))?.elements?.count == 1
        }
    }

    private func start(_ name: String, _ arguments: [String]) throws {
        let home = folder.appending(path: name)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(RedisCluster.executable))
        process.currentDirectoryURL = home
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        processes.withLock { $0.append(process) }
    }

    private func end() {
        processes.withLock { processes in
            for process in processes {
                _ = Foundation.kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }
}
