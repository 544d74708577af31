import RESP
import Storage
import StoreNode
import Testing

@Suite struct RestartTests {
    @Test(arguments: [Durability.logEverySecond, .logAlways])
    func `a node that stands alone starts from what it held`(durability: Durability) throws {
        try withTemporaryDirectory { directory in
            var configuration = NodeConfiguration(port: 0)
            configuration.durability = durability
            configuration.dataDirectory = directory
            for life in 1...3 {
                try withNode(configuration) { port in
                    let client = try BlockingClient(port: port)
                    let reply = try client.call("INCR", "lives")
                    #expect(reply == .integer(life))
                    #expect(try client.call("SET", "of \(life)", "v") == .simpleString("OK"))
                    #expect(try client.call("DBSIZE") == .integer(life + 1))
                }
            }
        }
    }

    @Test func `lists and transactions outlive restarts and a log that is written anew`() throws {
        try withTemporaryDirectory { directory in
            var configuration = NodeConfiguration(port: 0, shardCount: 4)
            configuration.durability = .logEverySecond
            configuration.dataDirectory = directory
            configuration.logSegmentBytes = 64 * 1024
            let element = String(repeating: "e", count: 1_000)
            for life in 1...3 {
                try withNode(configuration) { port in
                    let client = try BlockingClient(port: port)
                    for _ in 0..<300 {
                        _ = try client.call("MULTI")
                        _ = try client.call("RPUSH", "{t}l", element, "\(life)")
                        _ = try client.call("INCR", "{t}n")
                        #expect(try client.call("EXEC").elements?.count == 2)
                    }
                    let first = life == 1 ? 0 : 600
                    let last = try client.call("LRANGE", "{t}l", "\(first)", "\(first + 1)")
                    #expect(last.elements?.last?.text == (life == 1 ? "1" : "2"))
                    #expect(try client.call("LLEN", "{t}l") == .integer(600 * life))
                    #expect(try client.call("GET", "{t}n").text == "\(300 * life)")
                }
            }
        }
    }

    @Test func `a transaction in a torn log is there whole or not at all`() throws {
        try withTemporaryDirectory { directory in
            var configuration = NodeConfiguration(port: 0, shardCount: 1)
            configuration.durability = .logAlways
            configuration.dataDirectory = directory + "/whole"
            try withNode(configuration) { port in
                let client = try BlockingClient(port: port)
                _ = try client.call("SET", "{t}before", "v")
                _ = try client.call("MULTI")
                _ = try client.call("SET", "{t}a", "1")
                _ = try client.call("RPUSH", "{t}b", "x", "y")
                _ = try client.call("INCRBY", "{t}c", "7")
                #expect(try client.call("EXEC").elements?.count == 3)
            }
            var counts: Set<Int> = []
            for cut in stride(from: 0, to: 240, by: 17) {
                let torn = directory + "/torn-\(cut)"
                let copying = "cp -r \(directory)/whole \(torn)"
                let cutting = "truncate -s -\(cut) $(ls \(torn)/*.log | tail -1)"
                #expect(output(of: "\(copying) && \(cutting)") == "")
                configuration.dataDirectory = torn
                try withNode(configuration) { port in
                    let client = try BlockingClient(port: port)
                    let found = try client.call("EXISTS", "{t}a", "{t}b", "{t}c")
                    #expect(found == .integer(0) || found == .integer(3), "without \(cut) bytes")
                    counts.insert(found.integer ?? -1)
                }
            }
            #expect(counts == [0, 3], "the cuts must reach the transaction, and not all of them")
        }
    }

    @Test func `memory forgets`() throws {
        for _ in 0..<2 {
            try withNode { port in
                let client = try BlockingClient(port: port)
                #expect(try client.call("INCR", "lives") == .integer(1))
            }
        }
    }

    @Test func `a data directory that is in use is refused`() throws {
        try withTemporaryDirectory { directory in
            var configuration = NodeConfiguration(port: 0)
            configuration.durability = .logAlways
            configuration.dataDirectory = directory
            try withNode(configuration) { _ in
                let text = "the data directory \(directory) is in use by another process"
                let expected = StartFailure.infrastructure(text)
                #expect(throws: expected) { try withNode(configuration) { _ in } }
            }
        }
    }
}
