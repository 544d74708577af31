import RESP
import Storage
import StoreNode
import Testing

@Suite struct LogCompactionTests {
    @Test func `a log that is overwritten all the time stays short, and loses nothing`() throws {
        try withTemporaryDirectory { directory in
            var configuration = NodeConfiguration(port: 0)
            configuration.durability = .logEverySecond
            configuration.dataDirectory = directory
            configuration.shardCount = 16
            configuration.logSegmentBytes = 20_000
            let padding = String(repeating: "x", count: 500)
            for life in 1...3 {
                try withNode(configuration) { port in
                    let client = try BlockingClient(port: port)
                    for round in 1...40 {
                        for key in 0..<20 {
                            let value = "\(life)-\(round)-\(key)-\(padding)"
                            #expect(
                                try client.call("SET", "key\(key)", value) == .simpleString("OK")
                            )
                        }
                    }
                    #expect(try client.call("INCR", "lives") == .integer(life))
                    #expect(
                        comesTrue {
                            let names = output(of: "ls \(directory)") ?? ""
                            return names.split(separator: "\n").count { $0.hasSuffix(".log") } <= 6
                        }
                    )
                }
            }
            try withNode(configuration) { port in
                let client = try BlockingClient(port: port)
                for key in 0..<20 {
                    let value = "3-40-\(key)-\(padding)"
                    #expect(try client.call("GET", "key\(key)") == .bulk(Array(value.utf8)))
                }
                #expect(try client.call("INCR", "lives") == .integer(4))
                #expect(try client.call("DBSIZE") == .integer(21))
            }
            #expect(output(of: "ls \(directory) | grep unused") == "")
        }
    }
}
