import Determinism
import Histories
import Quantities
import Testing

@testable import Workloads

@Suite struct CommandTests {
    @Test(arguments: [
        "GET __key__", "SET __key__ __value__ EX 60", "MGET __key__ __key__",
        "EVAL \"return redis.call('get', KEYS[1])\" 1 __key__",
        "set {a}__key__:x \"a \\\"b\\\" \\x00\"",
        "PING",
    ])
    func `commands are read`(text: String) throws {
        #expect(try CommandTemplate(parsing: text).text == text)
    }

    @Test(arguments: [
        ("", "no command"), ("  ", "no command"), ("__key__ x", "begins with its name"),
        ("GET __kye__", "did you mean \"key\"?"), ("GET \"x", "not closed"),
        ("GET \"x\"y", "follows a closing quote"), ("GET \"\\xg0\"", "without two digits"),
        ("subscribe news", "more than once"), ("QUIT", "ends the connection"),
    ])
    func `nonsense is refused with what to write`(text: String, words: String) {
        do throws(WordingProblem) {
            _ = try CommandTemplate(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test func `standard requests are what a server expects`() {
        var workload = YCSBA()
        workload.records = 100
        workload.valueBytes = 30
        var composer = CommandComposer(workload: workload, seed: Seed(1))
        composer.composeRead(of: 42)
        #expect(Self.words(composer.bytes) == ["GET", "key:0000000042"])
        var operation = Operation(kind: .update, key: 7)
        operation.valueBytes = 30
        let stamp = WriteStamp(writer: 1, sequence: 2)
        composer.composeWrite(operation, stamp: stamp)
        let words = Self.words(composer.bytes) ?? []
        #expect(words.count == 3 && words[0] == "SET" && words[1] == "key:0000000007")
        #expect(WriteStamp.decode(Array(words[2].utf8).span, key: 7) == stamp)
        operation.lifetime = 1500
        operation.valueBytes = 5
        composer.composeWrite(operation, stamp: stamp)
        let short = Self.words(composer.bytes) ?? []
        #expect(short.count == 5 && short[2].utf8.count == 5 && short[3...] == ["PX", "1500"])
        operation.argument = 3
        operation.key = 98
        composer.composeScan(operation)
        #expect(
            Self.words(composer.bytes)
                == ["MGET", "key:0000000098", "key:0000000099", "key:0000000000"]
        )
    }

    @Test func `holes are filled with what the request says, whatever the lengths`() throws {
        let template = try CommandTemplate(parsing: "HSET {h}__key__ f1 __value__ __key__ \"a b\"")
        var workload = CommandWorkload([.init(.get, weight: 3), .init(template)])
        workload.records = 50
        workload.shape.keyBytes = .uniform(14...40)
        workload.shape.valueBytes = .uniform(0...300)
        var composer = CommandComposer(workload: workload, seed: Seed(2))
        var source = OperationSourceTests.source(workload)
        let naming = workload.shape.naming
        var gets = 0
        for _ in 0..<2000 {
            let operation = source.next()
            composer.composeCommand(operation)
            let parts = try #require(Self.split(composer.bytes))
            if operation.command == 0 {
                gets += 1
                #expect(parts == [Array("GET".utf8), naming.bytes(of: operation.key)])
            } else {
                #expect(parts.count == 6)
                #expect(parts[1] == Array("{h}".utf8) + naming.bytes(of: operation.key))
                #expect(parts[3].count == Int(operation.valueBytes))
                #expect(parts[4] == naming.bytes(of: (operation.key + 1) % 50))
                #expect(parts[5] == Array("a b".utf8))
            }
        }
        #expect(abs(gets - 1500) < 100, "seed 11")
    }

    @Test func `values without a name differ from each other`() {
        var workload = YCSBA()
        workload.shape.filling = .incompressible
        var composer = CommandComposer(workload: workload, seed: Seed(3))
        var operation = Operation(kind: .update, key: 1)
        operation.valueBytes = 100
        var values: Set<[UInt8]> = []
        for _ in 0..<100 {
            composer.composeWrite(operation, stamp: nil)
            values.insert(composer.bytes)
        }
        #expect(values.count == 100)
    }

    private static func words(_ bytes: [UInt8]) -> [String]? {
        split(bytes)?.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The arguments of one command in RESP; nil where it is not exactly one.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]]? {
        var rest = bytes[...]
        func line() -> Int? {
            guard let end = rest.firstIndex(of: 0x0d), rest[end + 1] == 0x0a else { return nil }
            let number = Int(String(decoding: rest[rest.startIndex + 1..<end], as: UTF8.self))
            rest = rest[(end + 2)...]
            return number
        }
        guard rest.first == UInt8(ascii: "*"), let count = line() else { return nil }
        var arguments: [[UInt8]] = []
        for _ in 0..<count {
            guard rest.first == UInt8(ascii: "$"), let length = line(), rest.count >= length + 2
            else { return nil }
            arguments.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
            guard rest.prefix(2) == [0x0d, 0x0a] else { return nil }
            rest = rest.dropFirst(2)
        }
        return rest.isEmpty ? arguments : nil
    }
}
