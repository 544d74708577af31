import StoreNode
import Testing

/// The tools that come with Redis, unchanged, against a node.
@Suite struct RedisToolTests {
    @Test(.enabled(if: isInstalled("redis-cli")))
    func `redis-cli works in its cluster mode`() throws {
        try withNode { port in
            let tool = "redis-cli -c -p \(port)"
            #expect(output(of: "\(tool) set k v") == "OK\n")
            #expect(output(of: "\(tool) get k") == "v\n")
            #expect(output(of: "\(tool) -3 get k") == "v\n")
            #expect(output(of: "printf 'incr n\\nincr n\\n' | \(tool)") == "1\n2\n")
            #expect(output(of: "\(tool) --scan")?.split(separator: "\n").sorted() == ["k", "n"])
        }
    }

    @Test(.enabled(if: isInstalled("redis-benchmark")))
    func `redis-benchmark measures without a complaint`() throws {
        try withNode { port in
            let options = "-n 2000 -c 5 -P 4 -r 100 -d 100 -t ping,set,get,incr -q"
            let text = try #require(output(of: "redis-benchmark -p \(port) \(options)"))
            for name in ["SET", "GET", "INCR"] {
                #expect(
                    text.contains("\(name): ") && text.contains("requests per second"),
                    "\(text)"
                )
            }
            #expect(!text.lowercased().contains("error") && !text.contains("WARN"), "\(text)")
        }
    }
}
