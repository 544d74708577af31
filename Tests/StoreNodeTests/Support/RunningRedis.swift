import Foundation
import RESP
import Testing

/// Where the real server is installed; nil where what compares with it is skipped.
let redisExecutable = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

/// A real Redis that holds all slots of a cluster of its own; ended with the closure.
func withRedis<Result>(_ body: (_ port: Int) throws -> Result) throws -> Result {
    let executable = try #require(redisExecutable)
    let ports = try freePorts(2)
    return try withTemporaryDirectory { directory in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = [
            "--port", "\(ports[0])", "--bind", "127.0.0.1", "--dir", directory, "--save", "",
            "--cluster-enabled", "yes", "--cluster-port", "\(ports[1])",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try eventually("Redis answers") {
            let client = try? BlockingClient(port: ports[0])
            return try client?.call("PING").text == "PONG"
        }
        let client = try BlockingClient(port: ports[0])
        _ = try client.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        try eventually("Redis serves all slots") {
            try client.call("CLUSTER", "INFO").text?.contains("cluster_state:ok") == true
        }
        return try body(ports[0])
    }
}
