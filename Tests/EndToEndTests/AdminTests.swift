import Foundation
import Testing

/// `keel admin` on a cluster of processes.
@Suite(.serialized) struct AdminTests {
    @Test func `what would lose data is refused, and a loss that is accepted lets shards go on`()
        throws
    {
        let cluster = try KeelProcesses()
        defer { cluster.end() }
        #expect(try eventually { try cluster.admin("status").code == 0 })
        #expect(try eventually { try cluster.admin("accept-loss", "--all").code == 1 })
        let needless = try cluster.admin("accept-loss", "--all")
        #expect(needless.text.contains("no shard needs such a decision"), "\(needless)")
        let drain = try cluster.admin("drain", "2")
        #expect(drain.code == 1 && drain.text.contains("3 copies need 3 nodes"), "\(drain)")
        #expect(try cluster.admin("drain", "9").text.contains("the cluster has no node n9"))
        #expect(try cluster.admin("accept-loss").code == 64)

        // Two copies in memory are gone, and the node with the third is silent.
        for node in 1...3 { cluster.kill(node) }
        for node in 2...3 { try cluster.start(node) }
        #expect(
            try eventually {
                try cluster.admin("status").text.contains("no complete replica is left")
            }
        )
        #expect(
            try eventually {
                let answer = try cluster.admin("accept-loss", "--all")
                return answer.code == 0
                    && answer.text.contains("the loss of what only silent nodes")
            }
        )
        #expect(
            try eventually {
                try !cluster.admin("status").text.contains("no complete replica is left")
            }
        )
    }

    @Test func `a node that was removed says so and ends with code 0 when it comes back`() throws {
        let cluster = try KeelProcesses(nodes: 4)
        defer { cluster.end() }
        let isGone = try eventually {
            try cluster.admin("remove", "4", "--wait", "--timeout", "20").code == 0
        }
        try #require(isGone)
        // Its link is lost with the coordinator, and it has to register again.
        cluster.killCoordinator()
        try cluster.startCoordinator()
        #expect(eventually { cluster.exitCode(of: 4) != nil })
        #expect(cluster.exitCode(of: 4) == 0)
        #expect(cluster.log(of: 4).contains("node 4 was removed from its cluster"))
        // A number that the cluster does not have is wrong usage.
        try cluster.start(4)
        #expect(eventually { cluster.exitCode(of: 4) != nil })
        #expect(cluster.exitCode(of: 4) == 64)
    }
}

/// A coordinator and nodes in memory, each a process.
private final class KeelProcesses {
    private let folder: String
    private let ports: [Int]
    private let count: Int
    private var nodes: [Int: Process] = [:]
    private var coordinator = Process()

    init(nodes count: Int = 3) throws {
        self.count = count
        folder = try temporaryFolder()
        ports = try freePorts(2 * count + 1)
        try startCoordinator()
        for node in 1...count { try start(node) }
    }

    private var coordinatorPort: Int { ports[2 * count] }

    func startCoordinator() throws {
        let members = (1...count).map {
            "\($0)=127.0.0.1:\(ports[2 * $0 - 2]):\(ports[2 * $0 - 1])"
        }
        coordinator = try run(
            [
                "coordinator", "--port", "\(coordinatorPort)", "--data-dir", "\(folder)/c",
                "--nodes", members.joined(separator: ","), "--replicas", "3", "--shards", "16",
                "--replication", "quorum",
            ],
            log: "coordinator"
        )
    }

    func start(_ node: Int) throws {
        nodes[node] = try run(
            [
                "node", "--id", "\(node)", "--port", "\(ports[2 * node - 2])",
                "--peer-port", "\(ports[2 * node - 1])",
                "--coordinator", "127.0.0.1:\(coordinatorPort)",
            ],
            log: "\(node)"
        )
    }

    func kill(_ node: Int) { nodes[node].map(kill) }

    func killCoordinator() { kill(coordinator) }

    private func kill(_ process: Process) {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func end() {
        for process in nodes.values { kill(process) }
        kill(coordinator)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Nil while it runs.
    func exitCode(of node: Int) -> Int32? {
        nodes[node].flatMap { $0.isRunning ? nil : $0.terminationStatus }
    }

    func log(of node: Int) -> String {
        (try? String(contentsOfFile: "\(folder)/\(node).log", encoding: .utf8)) ?? ""
    }

    /// What `keel admin` says and ends with.
    func admin(_ arguments: String...) throws -> (code: Int32, text: String) {
        let process = try run(
            ["admin"] + arguments + [
                "--coordinator", "127.0.0.1:\(coordinatorPort)", "--patience", "2",
            ],
            log: "admin"
        )
        process.waitUntilExit()
        let text = try String(contentsOfFile: "\(folder)/admin.log", encoding: .utf8)
        return (process.terminationStatus, text)
    }

    private func run(_ arguments: [String], log: String) throws -> Process {
        let path = "\(folder)/\(log).log"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Command.folder)/keel")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        return process
    }
}
