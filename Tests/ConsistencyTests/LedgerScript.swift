import Consistency
import Histories

/// Writes a small trial down: who wrote what, what the replicas hold, what went wrong.
struct LedgerScript {
    static let second: Int64 = 1_000_000_000

    private(set) var ledger = KeyLedger(keys: OwnedKeys(count: 64), writers: 0..<4)
    private var held: [Int: [CopyValue]] = [:]
    var faults: [FaultMark] = []
    var promise: Promise? = .backups(1)
    var copyLosses: [CopyLoss] = []
    var termChanges: [TermChange]?
    var mapHistory: MapHistory?

    /// Issues one write and ends it, at `at` seconds.
    mutating func write(_ key: Int, _ outcome: Outcome = .ok, at: Double) {
        let sequence = ledger.issue(key)
        ledger.record(outcome, key: key, sequence: sequence, at: Self.time(at))
    }

    mutating func issueWithoutEnd(_ key: Int) {
        _ = ledger.issue(key)
    }

    /// What the primary and the backups hold: sequences, or `nil` for an absent key.
    mutating func hold(_ key: Int, _ sequences: UInt32?...) {
        held[key] = sequences.map { sequence in
            sequence.map { .stamped(WriteStamp(writer: 0, sequence: $0)) } ?? .absent
        }
    }

    mutating func hold(_ key: Int, values: [CopyValue]) {
        held[key] = values
    }

    mutating func fault(
        _ name: String,
        from applied: Double,
        to healed: Double? = nil,
        nodes: [Int] = []
    ) {
        faults.append(
            FaultMark(
                name: name,
                appliedAt: Self.time(applied),
                healedAt: healed.map(Self.time),
                nodes: nodes,
                hasEvidence: true
            )
        )
    }

    var evidence: TrialEvidence {
        TrialEvidence(
            measurementStart: 0,
            measurementEnd: 60 * Self.second,
            okOperations: 1000,
            ledgers: [ledger],
            readings: held.keys.sorted().map { key in
                let values = held[key] ?? []
                return KeyReading(
                    key: key,
                    shard: key % 4,
                    copies: values.indices.map {
                        .init(node: $0, isPrimary: $0 == 0, value: values[$0])
                    }
                )
            },
            faults: faults,
            promise: promise,
            copyLosses: copyLosses,
            termChanges: termChanges,
            mapHistory: mapHistory
        )
    }

    var finding: Finding { LedgerChecker().check(evidence) }
    var account: LedgerAccount { finding.account as? LedgerAccount ?? LedgerAccount() }

    static func time(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }
}
