import Determinism
import Replication
import Testing

@Suite struct KeyValueStateTests {
    private func set(_ key: String, _ value: String) -> Command {
        Command(.set, [Array(key.utf8), Array(value.utf8)])
    }

    private func value(_ state: KeyValueState, _ key: String) -> String? {
        state.find(Array(key.utf8)).map { String(decoding: $0.value, as: UTF8.self) }
    }

    @Test(arguments: 1...8)
    func `a table agrees with a dictionary through thousands of changes`(seed: Int) {
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        var state = KeyValueState()
        var model: [String: String] = [:]
        for step in 0..<4_000 {
            let key = "k\(random.next(below: 300))"
            if random.next(below: 3) == 0 {
                let removed = state.apply(Command(.delete, [Array(key.utf8)]))
                #expect(removed == .integer(model.removeValue(forKey: key) == nil ? 0 : 1))
            } else {
                #expect(state.apply(set(key, "v\(step)")) == .ok)
                model[key] = "v\(step)"
            }
            #expect(state.count == model.count, "seed \(seed), step \(step)")
        }
        for (key, expected) in model { #expect(value(state, key) == expected, "seed \(seed)") }
        #expect(KeyValueState(encoded: state.encoded())?.count == model.count)
    }

    @Test func `a scan meets every key that stays exactly once while the table grows`() {
        var state = KeyValueState()
        for number in 0..<500 { _ = state.apply(set("stay\(number)", "x")) }
        var met: [String] = []
        var cursor: UInt32 = 0
        var added = 0
        repeat {
            let page = state.scan(from: cursor, limit: 10)
            met += page.records.map { String(decoding: $0.key, as: UTF8.self) }
            cursor = page.next
            for _ in 0..<40 {
                added += 1
                _ = state.apply(set("new\(added)", "x"))
            }
        } while cursor != 0
        let stayed = met.filter { $0.hasPrefix("stay") }
        #expect(stayed.count == 500)
        #expect(Set(stayed).count == 500)
    }

    @Test func `counting is strict and never overflows`() {
        var state = KeyValueState()
        func increment(_ key: String, _ delta: Int64) -> CommandReply {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: delta >> (8 * $0)) }
            return state.apply(Command(.increment, [Array(key.utf8), bytes]))
        }
        #expect(increment("n", 1) == .integer(1))
        #expect(increment("n", -3) == .integer(-2))
        #expect(value(state, "n") == "-2")
        for wrong in ["abc", " 1", "01", "+1", "1.0", "", "9223372036854775808"] {
            _ = state.apply(set("w", wrong))
            #expect(increment("w", 1) == .failure(.notAnInteger), "\(wrong)")
        }
        _ = state.apply(set("m", "9223372036854775807"))
        #expect(increment("m", 1) == .failure(.overflow))
    }

    @Test func `conditions of a set are kept`() {
        var state = KeyValueState()
        let absent = Command(.set, flags: .onlyIfAbsent, [Array("k".utf8), Array("1".utf8)])
        let present = Command(.set, flags: .onlyIfPresent, [Array("k".utf8), Array("2".utf8)])
        #expect(state.apply(present) == .null)
        #expect(state.apply(absent) == .ok)
        #expect(state.apply(absent) == .null)
        #expect(state.apply(present) == .ok)
        #expect(value(state, "k") == "2")
    }

    @Test func `appending returns the length`() {
        var state = KeyValueState()
        let append = Command(.append, [Array("a".utf8), Array("xyz".utf8)])
        #expect(state.apply(append) == .integer(3))
        #expect(state.apply(append) == .integer(6))
        #expect(value(state, "a") == "xyzxyz")
    }

    @Test func `bytes that are no command are refused`() {
        let command = set("key", "value")
        for length in 0..<command.bytes.count {
            #expect(Command(bytes: Array(command.bytes[..<length])) == nil)
        }
        #expect(Command(bytes: command.bytes) == command)
        #expect(Command(bytes: [200, 0, 0, 0]) == nil)
    }
}
