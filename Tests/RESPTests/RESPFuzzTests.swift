import NIOCore
import RESP
import Testing

/// SplitMix64; enough chance for a fuzzer, and the seed says it all.
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct RESPFuzzTests {
    private static let fragments: [String] = [
        "*1\r\n", "*2\r\n", "$1\r\n", "$3\r\nGET\r\n", "\r\n", "\n", "\"", "'", "\\x4", "*-1\r\n",
        "$-1\r\n", "PING", " ", "+OK\r\n", ":1\r\n", "|1\r\n", "%1\r\n", "~0\r\n", "=4\r\n",
        "_\r\n",
        "\0", "9999999999", "-", "*", "$", ",1\r\n", "#t\r\n", "!2\r\nno\r\n", ">1\r\n", "(1\r\n",
    ]

    private static func noise(_ chance: inout Chance) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &chance) {
            if Bool.random(using: &chance) {
                bytes += Array(fragments[Int.random(in: 0..<fragments.count, using: &chance)].utf8)
            } else {
                bytes.append(UInt8.random(in: 0...255, using: &chance))
            }
        }
        return bytes
    }

    private static func outcome<Value>(_ body: () throws -> Value) -> Result<Value, any Error> {
        Result(catching: body)
    }

    @Test func `noise never traps, and cuts never change what is read`() {
        for seed in UInt64(0)..<20_000 {
            var chance = Chance(state: seed)
            let bytes = Self.noise(&chance)
            let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &chance) }.sorted()
            let whole = Self.outcome { try commands(bytes) }
            let cut = Self.outcome { try commands(bytes, cutAt: cuts) }
            #expect((try? whole.get()) == (try? cut.get()), "commands, seed \(seed)")
            let wholeReplies = Self.outcome { try replies(bytes) }
            let cutReplies = Self.outcome { try replies(bytes, cutAt: cuts) }
            #expect((try? wholeReplies.get()) == (try? cutReplies.get()), "replies, seed \(seed)")
        }
    }

    @Test func `random commands survive the round trip`() throws {
        for seed in UInt64(0)..<500 {
            var chance = Chance(state: seed)
            var sent: [[[UInt8]]] = []
            var buffer = ByteBuffer()
            for _ in 0..<Int.random(in: 1...5, using: &chance) {
                let command = (0..<Int.random(in: 1...6, using: &chance)).map { _ in
                    Self.noise(&chance)
                }
                sent.append(command)
                buffer.writeCommand(command)
            }
            let bytes = Array(buffer.readableBytesView)
            let cuts = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &chance) }.sorted()
            #expect(try commands(bytes, cutAt: cuts) == sent, "seed \(seed)")
        }
    }
}
