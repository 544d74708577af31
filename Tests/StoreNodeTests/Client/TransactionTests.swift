import NIOCore
import RESP
import StoreNode
import Testing

/// MULTI and WATCH where Redis alone cannot tell: pipelines, limits, several nodes.
@Suite(.serialized) struct TransactionTests {
    private let done = RESPValue.simpleString("OK")
    private let queued = RESPValue.simpleString("QUEUED")

    @Test(arguments: ["none", "asynchronous", "synchronous", "quorum"])
    func `transactions of many clients never interleave`(mode: String) throws {
        guard mode != "none" else {
            return try withNode { try interleave([$0]) }
        }
        try withCluster(replication: mode) { try interleave($0) }
    }

    private func interleave(_ ports: [Int]) throws {
        let clients = try ports.map { try BlockingClient(port: $0) }
        let home = try clients.firstIndex { try $0.call("SET", "{t}n", "0") == done } ?? 0
        let both = try (0..<2).map { _ in try BlockingClient(port: ports[home]) }
        for round in 1...50 {
            for client in both {
                var buffer = ByteBuffer()
                for command in [
                    ["MULTI"], ["INCR", "{t}n"], ["RPUSH", "{t}l", "\(round)"],
                    ["RPUSH", "{t}l", "\(round)"], ["LLEN", "{t}l"], ["EXEC"], ["LLEN", "{t}l"],
                ] {
                    buffer.writeCommand(command)
                }
                try client.send(buffer)
            }
            var numbers: [Int] = []
            for client in both {
                #expect(try client.reply() == done)
                for _ in 0..<4 { #expect(try client.reply() == queued) }
                let replies = try #require(try client.reply().elements).map { $0.integer ?? 0 }
                let number = replies[0]
                #expect(replies == [number, 2 * number - 1, 2 * number, 2 * number])
                numbers.append(number)
                let length = try client.reply().integer ?? 0
                #expect(length >= 2 * number)
            }
            #expect(numbers.sorted() == [2 * round - 1, 2 * round])
        }
        let list = try #require(try both[0].call("LRANGE", "{t}l", "0", "-1").elements)
        for index in stride(from: 0, to: list.count, by: 2) {
            #expect(list[index] == list[index + 1])
        }
    }

    @Test(arguments: ["asynchronous", "quorum"])
    func `counting with WATCH loses no step, whoever else counts`(mode: String) throws {
        try withCluster(replication: mode) { ports in
            let clients = try ports.map { try BlockingClient(port: $0) }
            let home = try clients.firstIndex { try $0.call("SET", "n", "0") == done } ?? 0
            let both = try (0..<2).map { _ in try BlockingClient(port: ports[home]) }
            var carriedOut = 0
            for round in 0..<200 {
                for client in both {
                    #expect(try client.call("WATCH", "n") == done)
                }
                let seen = try both.map { try #require(try $0.call("GET", "n").text) }
                // Both at once, in either order.
                for client in round % 2 == 0 ? both : both.reversed() {
                    var buffer = ByteBuffer()
                    buffer.writeCommand(["MULTI"])
                    let next = (Int(seen[0]) ?? 0) + 1
                    buffer.writeCommand(["SET", "n", "\(next)"])
                    buffer.writeCommand(["EXEC"])
                    try client.send(buffer)
                }
                var successes = 0
                for client in both {
                    _ = try client.reply()
                    _ = try client.reply()
                    if try client.reply() == .array([done]) { successes += 1 }
                }
                #expect(seen[0] == seen[1])
                #expect(successes == 1)
                carriedOut += successes
            }
            #expect(try clients[home].call("GET", "n").text == "\(carriedOut)")
        }
    }

    @Test func `keys of another node are refused while they are queued`() throws {
        try withCluster(replication: "quorum") { ports in
            let clients = try ports.map { try BlockingClient(port: $0) }
            let home = try clients.firstIndex { try $0.call("SET", "k", "v") == done } ?? 0
            let other = clients[(home + 1) % 3]
            let slot = try #require(try other.call("CLUSTER", "KEYSLOT", "k").integer)
            let moved = RESPValue.error("MOVED \(slot) 127.0.0.1:\(ports[home])")
            #expect(try other.call("WATCH", "k") == moved)
            #expect(try other.call("MULTI") == done)
            #expect(try other.call("SET", "k", "w") == moved)
            let aborted = RESPValue.error(
                "EXECABORT Transaction discarded because of previous errors."
            )
            #expect(try other.call("EXEC") == aborted)
            #expect(try other.call("EXEC") == .error("ERR EXEC without MULTI"))
            #expect(try clients[home].call("GET", "k").text == "v")
        }
    }

    @Test func `what is no part of a transaction, or too much for one, is refused in words`() throws
    {
        try withNode { port in
            let client = try BlockingClient(port: port)
            let aborted = RESPValue.error(
                "EXECABORT Transaction discarded because of previous errors."
            )
            #expect(try client.call("MULTI") == done)
            let refusal = RESPValue.error("ERR DBSIZE is not supported in a transaction")
            #expect(try client.call("DBSIZE") == refusal)
            #expect(try client.call("EXEC") == aborted)
            #expect(try client.call("MULTI") == done)
            let value = String(repeating: "v", count: 30 << 20)
            #expect(try client.call("SET", "k", value) == queued)
            let tooMuch = try client.call("SET", "k", value)
            let limits = "10000 commands or 50331648 bytes"
            #expect(tooMuch == .error("ERR the transaction exceeds \(limits)"))
            #expect(try client.call("EXEC") == aborted)
            #expect(try client.call("MULTI") == done)
            var buffer = ByteBuffer()
            for _ in 0..<10_000 { buffer.writeCommand(["INCR", "n"]) }
            try client.send(buffer)
            for _ in 0..<10_000 { #expect(try client.reply() == queued) }
            #expect(try client.call("EXEC").elements?.last == .integer(10_000))
            #expect(try client.call("EXISTS", "k") == .integer(0))
            _ = try client.call("WATCH", "a")
            let crossing = RESPValue.error(
                "CROSSSLOT Keys in request don't hash to the same slot"
            )
            #expect(try client.call("WATCH", "b") == crossing)
            _ = try client.call("MULTI")
            _ = try client.call("SET", "b", "1")
            #expect(try client.call("EXEC") == crossing)
        }
    }

    @Test func `a reply too long for its transaction is an error in its place`() throws {
        try withNode { port in
            let client = try BlockingClient(port: port)
            _ = try client.call("SET", "k", String(repeating: "v", count: 30 << 20))
            _ = try client.call("MULTI")
            for _ in 0..<3 { _ = try client.call("GET", "k") }
            _ = try client.call("INCR", "{k}n")
            let replies = try #require(try client.call("EXEC").elements)
            #expect(replies[0].text?.utf8.count == 30 << 20)
            #expect(replies[1].text?.utf8.count == 30 << 20)
            #expect(replies[2] == .error("ERR the reply exceeds 67108864 bytes"))
            #expect(replies[3] == .integer(1))
        }
    }

    @Test func `a client that leaves takes its watch and its queue along`() throws {
        try withNode { port in
            for _ in 0..<50 {
                let leaving = try BlockingClient(port: port)
                _ = try leaving.call("WATCH", "k")
                _ = try leaving.call("MULTI")
                _ = try leaving.call("SET", "k", "lost")
            }
            let client = try BlockingClient(port: port)
            #expect(try client.call("GET", "k") == .null)
            _ = try client.call("WATCH", "k")
            _ = try client.call("MULTI")
            _ = try client.call("SET", "k", "kept")
            #expect(try client.call("EXEC") == .array([done]))
        }
    }
}
