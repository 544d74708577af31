import Histories
import Testing

@Suite struct LedgerFileTests {
    private var sample: KeyLedger {
        var ledger = KeyLedger(
            keys: OwnedKeys(worker: 1, of: 3, keyCount: 20),
            writers: 4..<8,
            recentLimit: 4
        )
        for round in 0..<9 {
            let key = ledger.keys.key(at: round % ledger.keys.count)
            let sequence = ledger.issue(key)
            let outcome = Outcome.allCases[round % 3]
            ledger.record(outcome, key: key, sequence: sequence, at: Int64(round) * 1_000)
        }
        return ledger
    }

    @Test func `a ledger survives its file`() throws {
        #expect(try LedgerFile.decode(LedgerFile.encode(sample)) == sample)
        let empty = KeyLedger(keys: OwnedKeys(count: 0), writers: 0..<0, recentLimit: 0)
        #expect(try LedgerFile.decode(LedgerFile.encode(empty)) == empty)
    }

    @Test func `no damaged byte and no torn end goes unnoticed`() {
        let bytes = LedgerFile.encode(sample)
        for position in bytes.indices {
            var broken = bytes
            broken[position] ^= 0x10
            #expect(throws: LedgerFile.Failure.self) { try LedgerFile.decode(broken) }
        }
        for length in 0..<bytes.count {
            #expect(throws: LedgerFile.Failure.self) {
                try LedgerFile.decode(Array(bytes[..<length]))
            }
        }
    }

    @Test func `a ledger of another version is named as such`() {
        var bytes = LedgerFile.encode(sample)
        bytes[8] = 9
        #expect(throws: LedgerFile.Failure.unsupportedVersion(9)) { try LedgerFile.decode(bytes) }
        #expect(throws: LedgerFile.Failure.notALedger) { try LedgerFile.decode([1, 2, 3]) }
    }
}
