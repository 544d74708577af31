import Determinism
import Replication
import Testing

/// What a state makes of deadlines, without any clock.
@Suite struct DeadlineTests {
    @Test func `what is stored after an end was decided is not its victim`() {
        var state = KeyValueState()
        _ = state.apply(command("SET k old PXAT 500"))
        _ = state.apply(command("SET k new"))
        #expect(state.apply(command("EXPIRED k 500")) == .integer(0))
        #expect(state.find(Array("k".utf8))?.value.elementsEqual("new".utf8) == true)
        _ = state.apply(command("PEXPIREAT k 600"))
        #expect(state.apply(command("EXPIRED k 500")) == .integer(0))
        #expect(state.apply(command("EXPIRED k 600")) == .integer(1))
        #expect(state.count == 0 && state.expiringCount == 0 && state.expiredCount == 1)
        #expect(state.logTime == 600)
    }

    @Test func `a copy keeps deadlines, of strings and of lists, however it is cut`() throws {
        var state = KeyValueState()
        for number in 0..<200 {
            _ = state.apply(command("SET k\(number) v PXAT \(1_000 + number)"))
            _ = state.apply(command("SET p\(number) v"))
            _ = state.apply(command("RPUSH l\(number) a b c"))
            if number % 2 == 0 {
                _ = state.apply(command("PEXPIREAT l\(number) \(9_000 + number)"))
            }
        }
        _ = state.apply(command("EXPIRED k7 1007"))
        var encoding = StateEncoding(state)
        var decoding = StateDecoding()
        while !encoding.isFinished {
            let isTaken = decoding.take(encoding.next(limit: 7))
            #expect(isTaken)
        }
        let copy = try #require(decoding.state)
        #expect(copy.encoded() == state.encoded())
        #expect(copy.expiringCount == 299 && copy.logTime == 1_007)
        #expect(copy.find(Array("k9".utf8))?.deadline == 1_009)
        #expect(copy.find(Array("l8".utf8))?.deadline == 9_008)
        #expect(copy.find(Array("l9".utf8))?.deadline == nil)
    }

    @Test func `a record with a deadline is read back from the wire, and nothing else for one`() {
        var state = KeyValueState()
        _ = state.apply(command("SET k v PXAT 500"))
        let record = state.find(Array("k".utf8))
        #expect(record.flatMap { StoredRecord(received: $0.bytes) } == record)
        var bytes = record?.bytes ?? []
        bytes[1] = 16
        #expect(StoredRecord(received: bytes) == nil)
        var short = Command(.set, [[1], [2, 3, 4]]).bytes
        short[1] = 128
        #expect(StoredRecord(received: short) == nil)
    }

    @Test func `a command whose times are cut short is none`() {
        var cut = Command(.expire, [[1], [UInt8](repeating: 0, count: 15)]).bytes
        cut[1] = 16
        #expect(Command(bytes: cut) == nil)
        let whole = command("PEXPIREAT k 5")
        #expect(Command(bytes: whole.bytes) == whole)
    }

    /// Replicas apply one log; a wrong one ends keys by a clock of its own as well.
    private func differ(seed: Int, endsByOwnClock: Bool) -> Bool {
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        var replicas = [KeyValueState(), KeyValueState()]
        let clocks: [Int64] = [0, 30]
        for time in 1...2_000 {
            let key = "k\(random.next(below: 20))"
            let entry =
                switch random.next(below: 5) {
                case 0: command("SET \(key) \(time) PXAT \(time + 1 + random.next(below: 100))")
                case 1: command("INCRBY \(key) 1")
                case 2: command("SET \(key) \(time) NX")
                case 3: command("PEXPIREAT \(key) \(time + 1 + random.next(below: 100))")
                default: command("EXPIRED \(key) \(time)")
                }
            for index in replicas.indices {
                if endsByOwnClock {
                    for record in replicas[index].allRecords
                    where (record.deadline ?? .max) <= Int64(time) + clocks[index] {
                        replicas[index].remove(record.key)
                    }
                }
                _ = replicas[index].apply(entry)
            }
            if replicas[0].encoded() != replicas[1].encoded() { return true }
        }
        return false
    }

    @Test(arguments: 1...10)
    func `replicas with other clocks hold the same bytes, unless they end keys by them`(seed: Int) {
        #expect(!differ(seed: seed, endsByOwnClock: false))
        #expect(differ(seed: seed, endsByOwnClock: true), "the planted fault was not noticed")
    }
}
