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
