import NIOCore
import RESP
import StoreNode
import Testing

/// What clients meet on several nodes: redirections, backups, and tools that follow them.
@Suite(.serialized) struct ClusterSurfaceTests {
    private func text(_ value: String) -> RESPValue { .bulk(Array(value.utf8)) }

    @Test(arguments: ["asynchronous", "synchronous", "quorum"])
    func `one node serves a key, the others name it or read their copy`(mode: String) throws {
        try withCluster(replication: mode) { ports in
            let clients = try ports.map { try BlockingClient(port: $0) }
            for key in ["a", "b", "c", "d"] {
                let replies = try clients.map { try $0.call("SET", key, "v") }
                let primary = try #require(replies.firstIndex(of: .simpleString("OK")))
                let slot = try #require(try clients[0].call("CLUSTER", "KEYSLOT", key).integer)
                for (number, reply) in replies.enumerated() where number != primary {
                    #expect(reply == .error("MOVED \(slot) 127.0.0.1:\(ports[primary])"))
                }
            }
            for (number, client) in clients.enumerated() {
                #expect(try client.call("READONLY") == .simpleString("OK"))
                for key in ["a", "b", "c", "d"] {
                    // A backup applies an entry when it hears that it is committed.
                    try eventually("\(key) on node \(number + 1)") {
                        try client.call("GET", key) == text("v")
                    }
                }
                #expect(try client.call("READWRITE") == .simpleString("OK"))
            }
            let counts = try clients.map { try $0.call("DBSIZE").integer ?? 0 }
            #expect(counts.reduce(0, +) == 4)
        }
    }

    @Test func `a pipeline sees its own writes in order although they wait for backups`() throws {
        try withCluster(replication: "quorum") { ports in
            let clients = try ports.map { try BlockingClient(port: $0) }
            let owned = try (0..<60).filter { try clients[0].call("INCR", "k\($0)").integer == 1 }
            let keys = owned.map { "k\($0)" }
            var buffer = ByteBuffer()
            for round in 0..<20 {
                for key in keys {
                    buffer.writeCommand(["SET", key, "\(round)"])
                    buffer.writeCommand(["GET", key])
                    buffer.writeCommand(["APPEND", key, "!"])
                    buffer.writeCommand(["EXISTS", key])
                }
            }
            try clients[0].send(buffer)
            for round in 0..<20 {
                for _ in keys {
                    #expect(try clients[0].reply() == .simpleString("OK"))
                    #expect(try clients[0].reply() == text("\(round)"))
                    #expect(try clients[0].reply() == .integer("\(round)".count + 1))
                    #expect(try clients[0].reply() == .integer(1))
                }
            }
        }
    }

    @Test func `every form of the map names the same primaries`() throws {
        try withCluster(replication: "quorum") { ports in
            let client = try BlockingClient(port: ports[0])
            let ranges = try #require(try client.call("CLUSTER", "SLOTS").elements)
            var covered = 0
            for range in ranges {
                let parts = try #require(range.elements)
                covered += (parts[1].integer ?? 0) - (parts[0].integer ?? 0) + 1
                #expect(parts.count == 5, "a primary and two backups")
            }
            #expect(covered == 16_384)
            let nodes = try #require(try client.call("CLUSTER", "NODES").text)
            let lines = nodes.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.count { $0.contains("myself") } == 1)
            let shards = try #require(try client.call("CLUSTER", "SHARDS").elements)
            #expect(shards.count <= 6)
        }
    }

    @Test(.enabled(if: isInstalled("redis-cli") && isInstalled("redis-benchmark")))
    func `the tools of Redis follow redirections`() throws {
        try withCluster(replication: "quorum") { ports in
            for key in 0..<12 {
                let command = "redis-cli -c -p \(ports[key % 3])"
                #expect(output(of: "\(command) set key\(key) v") == "OK\n")
                #expect(output(of: "\(command) get key\(key)") == "v\n")
            }
            let options = "--cluster -n 500 -c 3 -r 100 -d 100 -t set,get,incr,mset -q"
            let text = try #require(output(of: "redis-benchmark -p \(ports[0]) \(options)"))
            for name in ["SET", "GET", "INCR", "MSET"] { #expect(text.contains(name), "\(text)") }
            #expect(!text.lowercased().contains("error"), "\(text)")
        }
    }
}
