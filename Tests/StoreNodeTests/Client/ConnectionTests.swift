import NIOCore
import RESP
import StoreNode
import Testing

@Suite struct ConnectionTests {
    @Test func `a pipeline cut anywhere is answered in order`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            var buffer = ByteBuffer()
            for number in 0..<2_000 {
                buffer.writeCommand(["SET", "k\(number % 10)", "\(number)"])
                buffer.writeCommand(["GET", "k\(number % 10)"])
            }
            var length = 1
            while buffer.readableBytes > 0 {
                length = (length * 7 + 3) % 4_001
                let part = buffer.readSlice(length: min(length, buffer.readableBytes))
                try client.send(part ?? ByteBuffer())
            }
            for number in 0..<2_000 {
                #expect(try client.reply() == .simpleString("OK"))
                #expect(try client.reply() == .bulk(Array("\(number)".utf8)))
            }
        }
    }

    @Test func `a large value survives the way in and out`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let value = [UInt8](repeating: 0x0D, count: 10_000_000)
            var buffer = ByteBuffer()
            buffer.writeCommand([Array("SET".utf8), Array("k".utf8), value])
            try client.send(buffer)
            #expect(try client.reply() == .simpleString("OK"))
            #expect(try client.call("GET", "k") == .bulk(value))
        }
    }

    @Test func `a client that does not read is not answered without bound`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let other = try BlockingClient(port: port)
            // Other tests share this process and its memory; unbounded, the answers would be 2 GB.
            func usedMemory() throws -> Int {
                let memory = try #require(try other.call("INFO", "memory").text)
                let used = memory.split(separator: "\r\n").first { $0.hasPrefix("used_memory:") }
                return try #require(used.flatMap { Int($0.dropFirst("used_memory:".count)) })
            }
            _ = try client.call("SET", "k", String(repeating: "v", count: 1_000_000))
            let before = try usedMemory()
            var buffer = ByteBuffer()
            for _ in 0..<2_000 { buffer.writeCommand(["GET", "k"]) }
            try client.send(buffer)
            // Each of these takes its turn behind whatever the first client made the node do.
            for _ in 0..<20 { _ = try other.call("PING") }
            #expect(try usedMemory() - before < 1_000_000_000)
            for _ in 0..<2_000 {
                guard case .bulk(let value) = try client.reply() else {
                    Issue.record("not a value")
                    return
                }
                #expect(value.count == 1_000_000)
            }
        }
    }

    @Test func `nor is one that asks for each value by itself`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let other = try BlockingClient(port: port)
            func sentBytes() throws -> Int {
                let name = "total_net_output_bytes:"
                let stats = try #require(try other.call("INFO", "stats").text)
                let line = stats.split(separator: "\r\n").first { $0.hasPrefix(name) }
                return try #require(line.flatMap { Int($0.dropFirst(name.count)) })
            }
            _ = try client.call("SET", "k", String(repeating: "v", count: 1_000_000))
            let before = try sentBytes()
            for _ in 0..<300 {
                try client.send("GET k\r\n")
                // By its answer the one before has been read.
                _ = try other.call("PING")
            }
            #expect(try sentBytes() - before < 50_000_000, "what the kernel takes, and a reply")
            for _ in 0..<300 {
                guard case .bulk(let value) = try client.reply() else {
                    Issue.record("not a value")
                    return
                }
                #expect(value.count == 1_000_000)
            }
        }
    }

    @Test func `a broken stream is told why and closed`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            try client.send("*1\r\n$4\r\nPING\r\n*1\r\n:1\r\n*1\r\n$4\r\nPING\r\n")
            #expect(try client.reply() == .simpleString("PONG"))
            let refusal = RESPValue.error("ERR Protocol error: expected '$', got ':'")
            #expect(try client.reply() == refusal)
            #expect(try client.isClosed())
        }
    }

    @Test func `noise ends its own connection at most`() throws {
        try withNode { port in
            let healthy = try BlockingClient(port: port)
            let fragments = [
                "*3\r\n$3\r\nSET\r\n", "$1\r\nk\r\n", "*1\r\n", "$", "\r\n", "GET k\r\n", "\"",
                "*-1\r\n",
                "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", "SCAN 9999999999999 COUNT 5\r\n", "CLIENT\r\n",
                "COMMAND DOCS\r\n", "MSET a\r\n", "CLUSTER SLOTS\r\n", "\0\0", "$99999999999\r\n",
            ]
            for seed in UInt64(1)..<300 {
                var chance = seed &* 0x9E37_79B9_7F4A_7C15
                let client = try BlockingClient(port: port)
                for _ in 0..<20 {
                    chance ^= chance << 13
                    chance ^= chance >> 7
                    chance ^= chance << 17
                    // A connection that was refused already cannot be written to.
                    try? client.send(fragments[Int(chance % UInt64(fragments.count))])
                }
                let pong = try healthy.call("PING")
                #expect(pong == .simpleString("PONG"), "seed \(seed)")
            }
        }
    }

    @Test func `QUIT is answered, and nothing after it`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            try client.send("PING\r\nQUIT\r\nPING\r\n")
            #expect(try client.reply() == .simpleString("PONG"))
            #expect(try client.reply() == .simpleString("OK"))
            #expect(try client.isClosed())
        }
    }

    @Test func `a node that stops answers what it was asked, closes, and frees its port`() throws {
        let (client, port) = try withNode { port in
            let client = try BlockingClient(port: port)
            _ = try client.call("SET", "k", "v")
            return (client, port)
        }
        #expect(try client.isClosed())
        #expect(throws: (any Error).self) { try BlockingClient(port: port) }
    }

    @Test func `a port in use is said in one line`() throws {
        try withNode { port in
            let expected = StartFailure.infrastructure("127.0.0.1:\(port) is in use")
            #expect(throws: expected) { try withNode(NodeConfiguration(port: port)) { _ in } }
        }
    }
}
