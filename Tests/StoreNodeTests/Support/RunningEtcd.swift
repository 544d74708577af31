import Foundation
import Testing

import StoreNode

/// Where etcd is installed; nil where what needs it is skipped.
let etcdExecutable = ["/usr/bin/etcd", "/usr/local/bin/etcd"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

/// etcd's members on ports of their own; ended with the closure that was given them.
final class RunningEtcd {
    let members: [Endpoint]
    private let processes: [Process]

    fileprivate init(_ count: Int, in directory: String) throws {
        let executable = try #require(etcdExecutable)
        let ports = try freePorts(2 * count)
        let clients = (0..<count).map { "http://127.0.0.1:\(ports[2 * $0])" }
        let peers = (0..<count).map { "http://127.0.0.1:\(ports[2 * $0 + 1])" }
        let cluster = (0..<count).map { "m\($0)=\(peers[$0])" }.joined(separator: ",")
        members = (0..<count).map { Endpoint(host: "127.0.0.1", port: ports[2 * $0]) }
        processes = (0..<count).map { number in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = [
                "--name", "m\(number)", "--data-dir", "\(directory)/m\(number)",
                "--listen-client-urls", clients[number],
                "--advertise-client-urls", clients[number],
                "--listen-peer-urls", peers[number],
                "--initial-advertise-peer-urls", peers[number],
                "--initial-cluster", cluster,
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            return process
        }
        for process in processes { try process.run() }
    }

    func pause(_ member: Int) { kill(processes[member].processIdentifier, SIGSTOP) }

    func resume(_ member: Int) { kill(processes[member].processIdentifier, SIGCONT) }

    func end(_ member: Int) {
        guard processes[member].isRunning else { return }
        kill(processes[member].processIdentifier, SIGKILL)
        processes[member].waitUntilExit()
    }

    fileprivate func end() {
        for member in processes.indices { end(member) }
    }
}

func withEtcd<Result>(members: Int, _ body: (RunningEtcd) throws -> Result) throws -> Result {
    try withTemporaryDirectory { directory in
        let etcd = try RunningEtcd(members, in: directory)
        defer { etcd.end() }
        return try body(etcd)
    }
}
