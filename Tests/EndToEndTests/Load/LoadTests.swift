import Foundation
import Testing

@Suite(.serialized) struct LoadTests {
    @Test(arguments: [
        (["127.0.0.1:1", "--rate", "0/s"], "out of range"),
        (["127.0.0.1:1", "--rate", "5000"], "write it as 20000/s"),
        (["127.0.0.1:1", "--rate", "5000/h"], "write it as 20000/s"),
        (["127.0.0.1:1", "--value=-100"], "--value"),
        (["127.0.0.1:1", "--records=-1"], "--records"),
        (["127.0.0.1:1", "--duration", "5parsecs"], "with a unit"),
        (["127.0.0.1:1", "--clients", "0"], "--clients"),
        (["127.0.0.1:1", "--quantum", "1s"], "--quantum"),
        (["127.0.0.1:1", "--law", "zipfan"], "did you mean \"zipfian\"?"),
        (["127.0.0.1:1", "--ycsb", "z"], "no workload"),
        (["127.0.0.1:1", "--expect", "p99>1ms"], "less is better"),
        (["127.0.0.1:1", "--rate", "10/s", "--pipeline", "4"], "closed loop"),
        (
            ["127.0.0.1:1", "--find-rate", "p99<1ms", "--expect", "errors<1%"],
            "write it once more in place of --expect"
        ),
        (["mongodb://127.0.0.1:1"], "scheme"),
        (["127.0.0.1:1", "--tls-name", "store.test"], "write rediss:// or --tls"),
        (["rediss://127.0.0.1:1", "--tls-ca", "/nowhere.pem"], "/nowhere.pem cannot be read"),
        (["rediss://127.0.0.1:1", "--tls-cert", "/nowhere.pem"], "go together"),
        (["127.0.0.1:1", "--tls", "--tls-skip-verify", "--tls-name", "a"], "in vain"),
        (["127.0.0.1:port"], "no host with a port"),
        (["redis+sentinel://127.0.0.1:1"], "the primary's name is missing"),
    ])
    func `what means nothing is refused before anything starts`(
        arguments: [String],
        words: String
    ) throws {
        let command = try Command.run(["load"] + arguments)
        #expect(command.code == 64, "\(command.errors)")
        #expect(command.errors.contains(words), "\(command.errors)")
        #expect(command.output.isEmpty)
    }

    @Test func `an endpoint where nobody listens is said`() throws {
        let command = try Command.run(["load", "127.0.0.1:1", "--duration", "1s"])
        #expect(command.code == 4)
        #expect(command.errors.contains("cannot connect to 127.0.0.1:1: Connection refused"))
    }

    @Test func `a server that is not Redis is said`() throws {
        try StrangeServer.with { port in
            let command = try Command.run(["load", "127.0.0.1:\(port)", "--duration", "1s"])
            #expect(command.code == 4)
            #expect(command.errors.contains("does not speak the protocol of Redis"))
        }
    }

    @Test(.enabled(if: RedisServer.executable != nil))
    func `a wrong password is said, and the right one opens`() throws {
        try RedisServer.with("--requirepass", "secret") { port in
            let wrong = try Command.run(["load", "redis://:guess@127.0.0.1:\(port)"])
            #expect(wrong.code == 4)
            #expect(wrong.errors.contains("WRONGPASS"), "\(wrong.errors)")
            let none = try Command.run(["load", "redis://127.0.0.1:\(port)"])
            #expect(none.code == 4 && none.errors.contains("NOAUTH"), "\(none.errors)")
            let right = try Command.run([
                "load", "redis://:secret@127.0.0.1:\(port)", "--duration", "500ms", "--warmup",
                "0s", "--expect", "errors<0.1%", "--json",
            ])
            #expect(right.code == 0, "\(right.errors)")
            let json = try JSONSerialization.jsonObject(with: Data(right.output.utf8))
            let record = try #require(json as? [String: Any])
            let counts = try #require(record["counts"] as? [String: Int])
            #expect(counts["ok"] ?? 0 > 100 && counts["failed"] == 0 && counts["unknown"] == 0)
        }
    }

    @Test(.enabled(if: RedisServer.executable != nil))
    func `a full server's refusals are errors, not throughput`() throws {
        try RedisServer.with("--maxmemory", "2mb") { port in
            let command = try Command.run([
                "load", "127.0.0.1:\(port)", "--workload", "updates", "--records", "100k",
                "--duration", "500ms", "--warmup", "0s", "--phase", "run", "--expect",
                "errors<0.1%",
            ])
            #expect(command.code == 2, "\(command.errors)")
            #expect(command.output.contains("OOM"), "\(command.output)")
            #expect(command.output.contains("MISSED errors"))
        }
    }
}

/// A redis-server for the length of a test.
private enum RedisServer {
    static let executable = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func with(_ options: String..., body: (Int) throws -> Void) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try #require(try freePorts(1).first)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(executable))
        process.arguments =
            ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder] + options
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            // A child inherits the blocked signals of the thread that started it, SIGTERM among them.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try #require(eventually(within: 20) { isListening(port) })
        try body(port)
    }

    private static func isListening(_ port: Int) -> Bool {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        return unsafe withAddress(port) { unsafe connect(file, $0, $1) } == 0
    }
}

/// Answers whatever it is asked as a web server would.
private enum StrangeServer {
    static func with(_ body: (Int) throws -> Void) throws {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        let port = try #require(try freePorts(1).first)
        try #require(unsafe withAddress(port) { unsafe bind(file, $0, $1) } == 0)
        try #require(listen(file, 8) == 0)
        let thread = Thread {
            while true {
                let peer = accept(file, nil, nil)
                guard peer >= 0 else { return }
                var question = [UInt8](repeating: 0, count: 4096)
                _ = unsafe recv(peer, &question, question.count, 0)
                let reply = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
                _ = unsafe send(peer, reply, reply.count, Int32(MSG_NOSIGNAL))
                close(peer)
            }
        }
        thread.start()
        defer { shutdown(file, Int32(SHUT_RDWR)) }
        try body(port)
    }
}

/// Calls with 127.0.0.1 and a port.
private func withAddress(
    _ port: Int,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
