import NIOCore
import RESP
import StoreNode
import Testing

@Suite struct CommandTests {
    private func text(_ value: String) -> RESPValue { .bulk(Array(value.utf8)) }

    @Test func `strings and counters behave as in Redis`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("GET", "k") == .null)
            #expect(try client.call("set", "k", "v") == .simpleString("OK"))
            #expect(try client.call("GET", "k") == text("v"))
            #expect(try client.call("SET", "k", "w", "NX") == .null)
            #expect(try client.call("SET", "k", "w", "xx") == .simpleString("OK"))
            #expect(try client.call("SET", "other", "w", "XX") == .null)
            #expect(try client.call("APPEND", "k", "xyz") == .integer(4))
            #expect(try client.call("GET", "k") == text("wxyz"))
            #expect(try client.call("INCR", "n") == .integer(1))
            #expect(try client.call("INCR", "n") == .integer(2))
            let refusal = RESPValue.error("ERR value is not an integer or out of range")
            #expect(try client.call("INCR", "k") == refusal)
            _ = try client.call("SET", "max", String(Int64.max))
            let overflow = RESPValue.error("ERR increment or decrement would overflow")
            #expect(try client.call("INCR", "max") == overflow)
            #expect(try client.call("EXISTS", "k") == .integer(1))
            #expect(try client.call("DEL", "k") == .integer(1))
            #expect(try client.call("DEL", "k") == .integer(0))
        }
    }

    /// As Valkey 8.1 documents it.
    @Test func `a set with a comparison replaces that value alone`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let done = RESPValue.simpleString("OK")
            let syntax = RESPValue.error("ERR syntax error")
            let wrongType = RESPValue.error(
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            )
            #expect(try client.call("SET", "k", "v", "IFEQ", "x") == .null)
            #expect(try client.call("EXISTS", "k") == .integer(0))
            #expect(try client.call("SET", "k", "v") == done)
            #expect(try client.call("SET", "k", "w", "IFEQ", "x") == .null)
            #expect(try client.call("SET", "k", "w", "ifeq", "v") == done)
            #expect(try client.call("SET", "k", "x", "GET", "IFEQ", "w") == text("w"))
            #expect(try client.call("SET", "k", "y", "IFEQ", "w", "GET") == text("x"))
            #expect(try client.call("GET", "k") == text("x"))
            #expect(try client.call("SET", "no", "y", "IFEQ", "w", "GET") == .null)
            #expect(try client.call("SET", "k", "", "IFEQ", "x") == done)
            #expect(try client.call("SET", "k", "v", "IFEQ", "") == done)
            for options in [["NX"], ["XX"], ["IFEQ", "v"]] {
                let before = ["SET", "k", "v"] + options + ["IFEQ", "v"]
                let after = ["SET", "k", "v", "IFEQ", "v"] + options
                #expect(try client.call(before) == syntax, "\(options)")
                #expect(try client.call(after) == syntax, "\(options)")
            }
            #expect(try client.call("SET", "k", "v", "IFEQ") == syntax)
            _ = try client.call("RPUSH", "l", "v")
            #expect(try client.call("SET", "l", "w", "IFEQ", "v") == wrongType)
            #expect(try client.call("SET", "l", "w", "IFEQ", "v", "GET") == wrongType)
            #expect(try client.call("SET", "l", "w") == done)
        }
    }

    @Test func `lists are found, told apart, and never answered beyond the limit`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let element = String(repeating: "e", count: 1_000_000)
            for number in 1...80 {
                #expect(try client.call("RPUSH", "l", element) == .integer(number))
            }
            let refusal = RESPValue.error("ERR the reply exceeds 67108864 bytes")
            #expect(try client.call("LRANGE", "l", "0", "-1") == refusal)
            #expect(try client.call("LRANGE", "l", "20", "79").elements?.count == 60)
            _ = try client.call("SET", "{l}s", String(repeating: "s", count: 20_000_000))
            #expect(try client.call("MGET", "{l}s", "{l}s", "{l}s").elements?.count == 3)
            #expect(try client.call("MGET", "{l}s", "{l}s", "{l}s", "{l}s") == refusal)
            #expect(try client.call("DBSIZE") == .integer(2))
            let found = try client.call("SCAN", "0", "COUNT", "1000").elements?[1].elements
            #expect(found?.compactMap(\.text).sorted() == ["l", "{l}s"])
            #expect(try client.call("DEL", "l", "{l}s") == .integer(2))
            #expect(try client.call("DBSIZE") == .integer(0))
        }
    }

    @Test func `commands on several keys need one slot`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("MSET", "{a}1", "x", "{a}2", "y") == .simpleString("OK"))
            let values = RESPValue.array([text("x"), .null, text("y")])
            #expect(try client.call("MGET", "{a}1", "{a}3", "{a}2") == values)
            #expect(try client.call("EXISTS", "{a}1", "{a}2", "{a}1", "{a}9") == .integer(3))
            let refusal = RESPValue.error("CROSSSLOT Keys in request don't hash to the same slot")
            #expect(try client.call("MGET", "a", "b") == refusal)
            #expect(try client.call("MSET", "a", "1", "b", "2") == refusal)
            #expect(try client.call("DEL", "a", "b") == refusal)
            let odd = RESPValue.error("ERR wrong number of arguments for 'mset' command")
            #expect(try client.call("MSET", "{a}1", "x", "{a}2") == odd)
            #expect(try client.call("DEL", "{a}1", "{a}2", "{a}1") == .integer(2))
        }
    }

    @Test func `a key ends when its time has passed`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("SET", "k", "v", "PX", "60") == .simpleString("OK"))
            #expect(try client.call("SET", "stays", "v") == .simpleString("OK"))
            #expect(try client.call("GET", "k") == text("v"))
            guard case .integer(let left) = try client.call("PTTL", "k") else {
                Issue.record("no time to live")
                return
            }
            #expect((1...60).contains(left))
            try eventually("the key ends") { try client.call("EXISTS", "k") == .integer(0) }
            #expect(try client.call("GET", "k") == .null)
            #expect(try client.call("TTL", "k") == .integer(-2))
            #expect(try client.call("GET", "stays") == text("v"))
            let information = try client.call("INFO", "stats").text ?? ""
            #expect(information.contains("expired_keys:1\r\n"))
        }
    }

    @Test func `a deadline counts from the Unix epoch`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            // Some moment of 2020 and one of 2100.
            #expect(try client.call("SET", "k", "v", "EXAT", "1600000000") == .simpleString("OK"))
            #expect(try client.call("EXISTS", "k") == .integer(0))
            #expect(try client.call("SET", "k", "v", "EXAT", "4102444800") == .simpleString("OK"))
            #expect(try client.call("EXPIRETIME", "k") == .integer(4_102_444_800))
            guard case .integer(let left) = try client.call("TTL", "k") else {
                Issue.record("no time to live")
                return
            }
            #expect((1...4_102_444_800 - 1_600_000_000).contains(left))
        }
    }

    @Test func `what is not supported is refused in words`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("SET", "k", "v", "NX", "XX") == .error("ERR syntax error"))
            #expect(try client.call("SET", "k", "v", "WHAT") == .error("ERR syntax error"))
            let unknown = "ERR unknown command 'FOO', with args beginning with: 'a' 'b' "
            #expect(try client.call("FOO", "a", "b") == .error(unknown))
            let arity = "ERR wrong number of arguments for 'get' command"
            #expect(try client.call("GET") == .error(arity))
            #expect(try client.call("GET", "k") == .null)
        }
    }

    @Test func `a connection can be named, greeted and given another dialect`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("PING") == .simpleString("PONG"))
            #expect(try client.call("PING", "hi") == text("hi"))
            #expect(try client.call("ECHO", "hi") == text("hi"))
            #expect(try client.call("CLIENT", "GETNAME") == .null)
            #expect(try client.call("CLIENT", "SETNAME", "probe") == .simpleString("OK"))
            #expect(try client.call("CLIENT", "GETNAME") == text("probe"))
            #expect(try client.call("CLIENT", "SETNAME", "a b").text == nil)
            let info = try client.call("CLIENT", "SETINFO", "LIB-NAME", "x")
            #expect(info == .simpleString("OK"))
            #expect(try client.call("SELECT", "0") == .simpleString("OK"))
            let select = RESPValue.error("ERR SELECT is not allowed in cluster mode")
            #expect(try client.call("SELECT", "1") == select)
            let noProtocol = RESPValue.error("NOPROTO unsupported protocol version")
            #expect(try client.call("HELLO", "4") == noProtocol)
            guard case .array(let two) = try client.call("HELLO", "2") else {
                Issue.record("HELLO 2 answers with an array")
                return
            }
            #expect(two.count == 14)
            guard case .map(let three) = try client.call("HELLO", "3") else {
                Issue.record("HELLO 3 answers with a map")
                return
            }
            #expect(three.contains(.integer(3)))
            var raw = ByteBuffer()
            raw.writeCommand(["GET", "missing"])
            try client.send(raw)
            #expect(try client.reply() == .null)
        }
    }

    @Test func `the cluster is told in every form that clients ask for`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            #expect(try client.call("CLUSTER", "KEYSLOT", "foo") == .integer(12_182))
            let identity = try #require(try client.call("CLUSTER", "MYID").text)
            #expect(identity.count == 40)
            let slots = try #require(try client.call("CLUSTER", "SLOTS").elements)
            let range = try #require(slots.first?.elements)
            #expect(slots.count == 1)
            #expect(range.prefix(2) == [.integer(0), .integer(16_383)])
            #expect(range[2].elements?[1] == .integer(port))
            let shards = try #require(try client.call("CLUSTER", "SHARDS").elements)
            #expect(shards.count == 1)
            let nodes = try #require(try client.call("CLUSTER", "NODES").text)
            #expect(nodes.hasPrefix("\(identity) 127.0.0.1:\(port)@"))
            #expect(nodes.contains(" myself,master - 0 0 ") && nodes.hasSuffix(" 0-16383\n"))
            let state = try #require(try client.call("CLUSTER", "INFO").text)
            #expect(state.contains("cluster_state:ok\r\n"))
            #expect(state.contains("cluster_slots_ok:16384\r\n"))
        }
    }

    @Test func `INFO has what benchmarks and operators read`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            _ = try client.call("SET", "k", "v")
            let all = try #require(try client.call("INFO").text)
            for name in [
                "redis_version:", "process_id:", "tcp_port:\(port)\r\n", "connected_clients:1\r\n",
                "used_memory:", "allocator_resident:", "mem_allocator:jemalloc-",
                "durability:memory",
                "total_commands_processed:1\r\n", "used_cpu_sys:", "used_cpu_user:", "epoch:",
                "primary_shards:256\r\n", "leased_shards:256\r\n", "db0:keys=1,",
            ] {
                #expect(all.contains(name), "\(name)")
            }
            let memory = try #require(try client.call("INFO", "memory").text)
            #expect(memory.hasPrefix("# Memory\r\n"))
            #expect(!memory.contains("# Server"))
        }
    }

    @Test func `clients that ask what is possible are told`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let count = try #require(try client.call("COMMAND", "COUNT").integer)
            #expect(try client.call("COMMAND").elements?.count == count)
            #expect(try client.call("COMMAND", "DOCS").elements?.count == count * 2)
            let get = try client.call("COMMAND", "INFO", "get", "nonsense").elements
            #expect(get?[0].elements?[0] == text("get"))
            #expect(get?[1] == .null)
            let save = try client.call("CONFIG", "GET", "save")
            #expect(save == .array([text("save"), text("")]))
            #expect(try client.call("CONFIG", "GET", "nothing") == .array([]))
        }
    }

    @Test func `every command is documented, here and in the README`() throws {
        let place = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let readme = try #require(output(of: "cat /\(place)/README.md"))
        try withNode { port in
            let client = try BlockingClient(port: port)
            let names = try #require(try client.call("COMMAND", "LIST").elements)
            for name in names.compactMap(\.text) {
                #expect(readme.contains("`\(name.uppercased())`"), "\(name)")
            }
            let found = try client.call("COMMAND", "INFO", "lrange", "watch", "exec").elements
            let described = try #require(found).map { $0.elements ?? [] }
            #expect(described.map { $0[1].integer } == [4, -2, 1])
            #expect(described.map { $0[3].integer } == [1, 1, 0])
            #expect(described.map { $0[4].integer } == [1, -1, 0])
            let documentation = try #require(try client.call("COMMAND", "DOCS", "rpush").elements)
            #expect(documentation.first == text("rpush"))
        }
    }

    @Test func `a scan meets every key once, whatever step it takes`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            for number in 0..<500 { _ = try client.call("SET", "key:\(number)", "v") }
            _ = try client.call("SET", "another", "v")
            #expect(try client.call("DBSIZE") == .integer(501))
            for step in ["1", "7", "1000"] {
                var cursor = "0"
                var found: [String] = []
                repeat {
                    let reply = try client.call("SCAN", cursor, "MATCH", "key:*", "COUNT", step)
                    let parts = try #require(reply.elements)
                    cursor = try #require(parts[0].text)
                    found += try #require(parts[1].elements).compactMap(\.text)
                } while cursor != "0"
                #expect(found.sorted() == (0..<500).map { "key:\($0)" }.sorted(), "step \(step)")
            }
        }
    }
}
