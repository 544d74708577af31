import Determinism
import Replication
import Testing

/// Commands and replies as Redis and, for IFEQ, Valkey define them.
@Suite struct StateCommandTests {
    /// What a reply says, in the words of the tables below.
    private static func words(_ reply: CommandReply) -> String {
        switch reply {
        case .ok: "OK"
        case .null: "nil"
        case .integer(let value): "\(value)"
        case .value(let record): "=" + String(decoding: record.value, as: UTF8.self)
        case .values(let records):
            records.map { $0.map { words(.value($0)) } ?? "nil" }.joined(separator: " ")
        case .type(let type): "\(type)"
        case .elements(let slice): "[" + strings(slice).joined(separator: " ") + "]"
        case .replies(let replies): replies.map { words($0) }.joined(separator: ", ")
        case .failure(let failure): "\(failure)"
        case .aborted, .watching: "?"
        }
    }

    static let scripts: [[(String, String)]] = [
        [
            ("SET k v IFEQ x", "nil"), ("EXISTS k", "0"), ("SET k v", "OK"),
            ("SET k w IFEQ x", "nil"), ("GET k", "=v"), ("SET k w IFEQ v", "OK"), ("GET k", "=w"),
            ("SET k x IFEQ w GET", "=w"), ("GET k", "=x"), ("SET k y IFEQ w GET", "=x"),
            ("GET k", "=x"), ("SET none y IFEQ w GET", "nil"), ("EXISTS none", "0"),
        ],
        [
            ("SET k v GET", "nil"), ("SET k w GET", "=v"), ("SET k x NX GET", "=w"),
            ("GET k", "=w"), ("SET m x NX GET", "nil"), ("GET m", "=x"), ("SET o x XX GET", "nil"),
            ("EXISTS o", "0"), ("SET k z XX GET", "=w"), ("GET k", "=z"),
        ],
        [
            ("INCRBY n 5", "5"), ("INCRBY n -7", "-2"), ("SET n 9223372036854775807", "OK"),
            ("INCRBY n 1", "overflow"), ("GET n", "=9223372036854775807"),
            ("SET n -9223372036854775808", "OK"), ("INCRBY n -1", "overflow"),
            ("INCRBY n 1", "-9223372036854775807"), ("SET n 1a", "OK"),
            ("INCRBY n 1", "notAnInteger"),
        ],
        [
            ("LLEN l", "0"), ("LRANGE l 0 -1", "[]"), ("RPUSH l b", "1"), ("RPUSH l c d", "3"),
            ("LPUSH l a z", "5"), ("LRANGE l 0 -1", "[z a b c d]"), ("LRANGE l 1 1", "[a]"),
            ("LRANGE l -2 -1", "[c d]"), ("LRANGE l -100 100", "[z a b c d]"),
            ("LRANGE l 5 9", "[]"), ("LRANGE l 3 1", "[]"), ("LRANGE l 1 3", "[a b c]"),
            ("LRANGE l -9223372036854775808 9223372036854775807", "[z a b c d]"),
            ("LRANGE l 0 -6", "[]"), ("LLEN l", "5"), ("TYPE l", "list"), ("EXISTS l", "1"),
            ("DEL l", "1"), ("LLEN l", "0"), ("TYPE l", "none"), ("RPUSH l x", "1"),
            ("LRANGE l 0 -1", "[x]"),
        ],
        [
            ("RPUSH l a", "1"), ("GET l", "wrongType"), ("APPEND l x", "wrongType"),
            ("INCRBY l 1", "wrongType"), ("SET l v GET", "wrongType"),
            ("SET l v IFEQ a", "wrongType"), ("SET l v IFEQ a GET", "wrongType"),
            ("SET l v NX", "nil"), ("LRANGE l 0 -1", "[a]"), ("MGET l l", "nil nil"),
            ("SET l v", "OK"), ("GET l", "=v"), ("TYPE l", "string"), ("RPUSH l a", "wrongType"),
            ("LPUSH l a", "wrongType"), ("LLEN l", "wrongType"), ("LRANGE l 0 0", "wrongType"),
            ("MSET l w m x", "OK"), ("MGET l m no", "=w =x nil"), ("RPUSH q a", "1"),
            ("SET q v XX", "OK"), ("GET q", "=v"),
        ],
        [
            ("PTTL k", "-2"), ("SET k v PXAT 700", "OK"), ("GET k", "=v"), ("PTTL k", "700"),
            ("TTL k", "1"), ("PEXPIRETIME k", "700"), ("PEXPIREAT k 600 GT", "0"),
            ("PEXPIREAT k 600 LT", "1"), ("PTTL k", "600"), ("PEXPIREAT k 800 NX", "0"),
            ("PEXPIREAT k 800 XX", "1"), ("PERSIST k", "1"), ("PERSIST k", "0"), ("PTTL k", "-1"),
            ("PEXPIREAT k 800 XX", "0"), ("PEXPIREAT k 800 GT", "0"), ("PEXPIREAT k 800 LT", "1"),
            ("PEXPIREAT k 900 NX", "0"), ("SET k 5", "OK"), ("PTTL k", "-1"),
            ("PEXPIREAT k 900 NX", "1"), ("INCRBY k 1", "6"), ("PTTL k", "900"),
            ("APPEND k x", "2"), ("PTTL k", "900"), ("GET k", "=6x"), ("SET k v KEEPTTL", "OK"),
            ("PTTL k", "900"), ("SET k w NX PXAT 1", "nil"), ("PTTL k", "900"),
            ("SET k w XX PXAT 950", "OK"), ("PTTL k", "950"), ("SET k x IFEQ w PXAT 960", "OK"),
            ("PTTL k", "960"), ("GET k", "=x"), ("SET k w GET PXAT 970", "=x"),
            ("GETEX k PXAT 980", "=w"), ("PTTL k", "980"), ("MSET k v", "OK"), ("PTTL k", "-1"),
            ("PEXPIREAT none 9", "0"), ("GETEX none PXAT 9", "nil"), ("SET k v KEEPTTL", "OK"),
            ("PTTL k", "-1"),
        ],
        [
            ("RPUSH l a b", "2"), ("PEXPIREAT l 700", "1"), ("RPUSH l c", "3"), ("PTTL l", "700"),
            ("LRANGE l 0 -1", "[a b c]"), ("GETEX l PXAT 800", "wrongType"), ("PTTL l", "700"),
            ("EXPIRED l 699", "0"), ("LLEN l", "3"), ("EXPIRED l 700", "1"), ("LLEN l", "0"),
            ("RPUSH l a", "1"), ("PTTL l", "-1"), ("PEXPIREAT l 700", "1"), ("SET l v", "OK"),
            ("EXPIRED l 700", "0"), ("GET l", "=v"), ("SET l v PXAT 800", "OK"),
            ("RPUSH m x y", "2"), ("PEXPIREAT m 900", "1"),
        ],
        [
            ("SET k v", "OK"), ("PEXPIREAT k 0", "1"), ("EXISTS k", "0"), ("SET k v PXAT -5", "OK"),
            ("EXISTS k", "0"), ("SET k v", "OK"), ("GETEX k PXAT -1", "=v"), ("EXISTS k", "0"),
        ],
    ]

    @Test(arguments: scripts.indices)
    func `every command answers as Redis does`(script: Int) {
        var state = KeyValueState()
        for (text, expected) in Self.scripts[script] {
            #expect(Self.words(state.apply(command(text))) == expected, "\(text)")
        }
        let copy = KeyValueState(encoded: state.encoded())
        #expect(copy?.count == state.count)
        #expect(copy?.byteCount == state.byteCount)
        #expect(copy?.expiringCount == state.expiringCount)
        #expect(copy?.logTime == state.logTime)
        #expect(copy?.encoded() == state.encoded())
    }

    @Test func `the commands of a transaction are carried out in order, and each answers`() {
        var state = KeyValueState()
        let mixed = transaction(["SET k 1", "INCRBY k 4", "GET k", "RPUSH k x", "RPUSH l a b"])
        #expect(Self.words(state.apply(mixed)) == "OK, 5, =5, wrongType, 2")
        let reads = transaction(["GET k", "LRANGE l 0 -1"])
        #expect(reads.isRead && !mixed.isRead)
        #expect(Self.words(state.answer(reads)) == "=5, [a b]")
    }

    @Test func `bytes that are no transaction are refused`() {
        let inner = command("SET k v")
        let nested = Command(.transaction, [transaction(["SET k v"]).bytes])
        #expect(Command(bytes: nested.bytes) == nil)
        #expect(Command(bytes: Command(.transaction, [[200, 0, 0, 0]]).bytes) == nil)
        #expect(Command(bytes: Command(.transaction, [command("WATCH k").bytes]).bytes) == nil)
        let sound = Command(.transaction, [inner.bytes, inner.bytes])
        #expect(Command(bytes: sound.bytes) == sound)
        #expect(Command(bytes: Command(.transaction, [Array(inner.bytes.dropLast())]).bytes) == nil)
    }

    @Test(arguments: 1...20)
    func `no bytes that pass for a command trap when they are carried out`(seed: Int) {
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        let kinds: [Command.Kind] = [
            .set, .delete, .increment, .append, .setMany, .pushRight, .pushLeft, .get, .getMany,
            .exists, .type, .length, .range, .watch, .noOperation, .expire, .persist, .expired,
            .timeToLive,
        ]
        var state = KeyValueState()
        for _ in 0..<3_000 {
            let parts = (0..<random.next(below: 4)).map { _ -> Command in
                let words = (0..<random.next(below: 4)).map { _ in
                    (0..<random.next(below: 9)).map { _ in UInt8(random.next(below: 3)) }
                }
                let kind = kinds[random.next(below: kinds.count)]
                if random.next(below: 4) == 0 {
                    let flags = Command.Flags(rawValue: UInt8(random.next(below: 64)))
                    return timed(kind, flags, words, deadline: Int64(random.next(below: 9)) - 2)
                }
                let flags = Command.Flags(rawValue: UInt8(random.next(below: 256)))
                return Command(kind, flags: flags, words)
            }
            for part in parts { _ = state.apply(part) }
            let whole = Command(.transaction, parts.map(\.bytes))
            _ = Command(bytes: whole.bytes).map { state.apply($0) }
            var bytes = whole.bytes
            bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
            _ = Command(bytes: bytes).map { state.apply($0) }
        }
        #expect(KeyValueState(encoded: state.encoded())?.byteCount == state.byteCount)
    }

    @Test(arguments: 1...8)
    func `lists agree with arrays through thousands of pushes`(seed: Int) {
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        var state = KeyValueState()
        var model: [String: [String]] = [:]
        for step in 0..<3_000 {
            let key = "l\(random.next(below: 5))"
            let elements = (0...random.next(below: 4)).map { "\(step).\($0)" }
            if random.next(below: 200) == 0 {
                _ = state.apply(command("DEL \(key)"))
                model[key] = nil
            } else if random.next(below: 3) == 0 {
                _ = state.apply(command("LPUSH \(key) " + elements.joined(separator: " ")))
                model[key, default: []].insert(contentsOf: elements.reversed(), at: 0)
            } else {
                _ = state.apply(command("RPUSH \(key) " + elements.joined(separator: " ")))
                model[key, default: []] += elements
            }
            let count = model[key]?.count ?? 0
            #expect(state.apply(command("LLEN \(key)")) == .integer(Int64(count)), "seed \(seed)")
            let start = random.next(below: count + 1)
            let stop = min(count - 1, start + random.next(below: 20))
            guard start <= stop, let expected = model[key]?[start...stop] else { continue }
            let words = Self.words(state.apply(command("LRANGE \(key) \(start) \(stop)")))
            #expect(words == "[" + expected.joined(separator: " ") + "]", "seed \(seed)")
        }
        let copy = KeyValueState(encoded: state.encoded())
        for (key, elements) in model {
            let list = copy?.list(Array(key.utf8))
            #expect(list.map { strings($0.slice(0..<$0.count)) } == elements, "seed \(seed)")
        }
        #expect(copy?.byteCount == state.byteCount)
    }

    @Test func `a list far longer than a message is copied in parts`() throws {
        var state = KeyValueState()
        let element = [UInt8](repeating: 7, count: 1_000)
        for _ in 0..<200 {
            let elements = Array(repeating: element, count: 100)
            _ = state.apply(Command(.pushRight, [Array("l".utf8)] + elements))
        }
        let encoded = state.encoded()
        var offset = 0
        while offset < encoded.count {
            let length = (0..<4).reduce(0) { $0 | Int(encoded[offset + $1]) << (8 * $1) }
            #expect(length < 100_000)
            offset += 4 + length
        }
        let copy = try #require(KeyValueState(encoded: encoded))
        #expect(copy.list(Array("l".utf8))?.count == 20_000)
        #expect(copy.byteCount == state.byteCount)
    }

    @Test func `a string grows to its limit and no further`() {
        var state = KeyValueState()
        let half = [UInt8](repeating: 1, count: KeyValueState.valueSizeLimit / 2)
        let append = Command(.append, [Array("k".utf8), half])
        #expect(state.apply(append) == .integer(Int64(half.count)))
        #expect(state.apply(append) == .integer(Int64(KeyValueState.valueSizeLimit)))
        #expect(state.apply(command("APPEND k x")) == .failure(.tooLong))
    }
}
