import Histories
import Testing

@Suite struct KeyLedgerTests {
    @Test func `a row stays within its 24 bytes`() {
        #expect(MemoryLayout<KeyLedger.Entry>.stride <= 24)
    }

    @Test func `an acknowledged write moves the row, an unknown one does not`() {
        var ledger = KeyLedger(keys: OwnedKeys(count: 4), writers: 0..<1)
        #expect(ledger.issue(2) == 1)
        ledger.record(.ok, key: 2, sequence: 1, at: 100)
        #expect(ledger.issue(2) == 2)
        ledger.record(.unknown, key: 2, sequence: 2, at: 200)
        #expect(ledger.issue(2) == 3)
        ledger.record(.failed, key: 2, sequence: 3, at: 300)
        #expect(ledger.entries[2].lastAcknowledged == 1)
        #expect(ledger.entries[2].acknowledgedAt == 100)
        #expect(ledger.entries[2].lastIssued == 3)
        #expect(ledger.unknown == [.init(key: 2, sequence: 2, at: 200)])
        #expect(ledger.failed == [.init(key: 2, sequence: 3, at: 300)])
        #expect(ledger.recent.all.map(\.sequence) == [1])
    }

    @Test func `a record that is added has a row of its own, and is in the file`() throws {
        var ledger = KeyLedger(keys: OwnedKeys(worker: 1, of: 3, keyCount: 8), writers: 0..<1)
        #expect(ledger.keys.count == 3 && ledger.keys.position(of: 10) == nil)
        ledger.grow()
        #expect(ledger.issue(10) == 1)
        ledger.record(.ok, key: 10, sequence: 1, at: 50)
        #expect(ledger.entries[3].lastAcknowledged == 1)
        #expect(try LedgerFile.decode(LedgerFile.encode(ledger)) == ledger)
    }

    @Test func `what is outstanding at the end is unknown, once`() {
        var ledger = KeyLedger(keys: OwnedKeys(count: 3), writers: 0..<1)
        _ = ledger.issue(0)
        let answered = ledger.issue(1)
        ledger.record(.ok, key: 1, sequence: answered, at: 5)
        let refused = ledger.issue(2)
        ledger.record(.failed, key: 2, sequence: refused, at: 6)
        ledger.giveUpOutstanding(at: 9)
        ledger.giveUpOutstanding(at: 10)
        #expect(ledger.unknown == [.init(key: 0, sequence: 1, at: 9)])
    }

    @Test func `keys dealt out among workers are owned once each`() {
        for workers in 1...5 {
            let slices = (0..<workers).map { OwnedKeys(worker: $0, of: workers, keyCount: 17) }
            #expect(slices.map(\.count).reduce(0, +) == 17)
            for key in 0..<17 {
                let owners = slices.filter { $0.position(of: key) != nil }
                #expect(owners.count == 1)
                #expect(
                    owners.first.flatMap { slice in
                        slice.position(of: key).map { slice.key(at: $0) }
                    } == key
                )
            }
            #expect(slices.allSatisfy { $0.position(of: 17) == nil && $0.position(of: -1) == nil })
        }
    }

    @Test func `the ring keeps the newest acknowledgements in order`() {
        var recent = RecentAcknowledgements(limit: 3)
        for sequence in 1...7 {
            recent.append(key: 1, sequence: UInt32(sequence), at: Int64(sequence))
        }
        #expect(recent.all.map(\.sequence) == [5, 6, 7])
    }
}
