import Histories

/// Draws up the account of every write: ledgers against what the replicas hold.
struct LedgerJudge {
    private let evidence: TrialEvidence
    private let joining: FaultJoining
    private let promiseJudge: PromiseJudge
    private var account = LedgerAccount()
    private var tally = FateTally(showing: Self.shown)
    private var gone: [GoneWrites] = []

    /// No key is deleted, and a value that is written again is still the same value.
    private static let shown = Set(WriteFate.allCases).subtracting([
        .overwritten, .deleteUndone, .duplicateApplied,
    ])

    /// A key with acknowledged writes above its survivor, before it is judged.
    private struct GoneWrites {
        let writes: WritesOfKey
        let reading: KeyReading
        let standing: KeyFate.Standing
        let follows: FaultJoin?
        let first: UInt32
        var firstAcknowledgedAt: Int64?
    }

    init(_ evidence: TrialEvidence) {
        self.evidence = evidence
        joining = FaultJoining(faults: evidence.faults)
        promiseJudge = PromiseJudge(
            promise: evidence.promise,
            copyLosses: evidence.copyLosses,
            termChanges: evidence.termChanges,
            mapHistory: evidence.mapHistory
        )
    }

    static func account(of evidence: TrialEvidence) -> LedgerAccount {
        var judge = LedgerJudge(evidence)
        return judge.run()
    }

    private mutating func run() -> LedgerAccount {
        let readings = evidence.readings.sorted { $0.key < $1.key }
        var isJudged = [Bool](repeating: false, count: readings.count)
        for ledger in evidence.ledgers {
            let before = gone.count
            var cursor = 0
            // Both run in ascending key order.
            for writes in ledger.writesOfKeys {
                while cursor < readings.count, readings[cursor].key < writes.key { cursor += 1 }
                if cursor < readings.count, readings[cursor].key == writes.key {
                    if isJudged[cursor] {
                        account.contested += 1
                    } else {
                        isJudged[cursor] = true
                        settle(writes, readings[cursor])
                    }
                } else {
                    settle(writes, KeyReading(key: writes.key, shard: -1, copies: []))
                }
            }
            findFirstTimes(in: ledger.recent, from: before)
        }
        judgeGoneWrites()
        account.fates = tally.accounts(acknowledged: account.acknowledged)
        return account
    }

    private mutating func settle(_ writes: WritesOfKey, _ reading: KeyReading) {
        noteCopies(writes, reading)
        guard writes.entry.lastIssued > 0 else { return }
        let fate = KeyFate(writes, survivor: reading.survivor)
        account.keys += 1
        account.acknowledged += writes.acknowledged
        account.refused += writes.refused.count
        account.unknownPresent += fate.unknownPresent
        account.unknownAbsent += fate.unknownAbsent
        account.unknownOverwritten += fate.unknownOverwritten
        tally.add(.unacknowledgedOverwritten, fate.unknownOverwritten, key: writes.key)
        countUnknown(fate, writes, reading)
        switch fate.standing {
        case .survived:
            countSurvived(writes.acknowledged, of: writes)
        case .garbage:
            break
        case .unread:
            account.unread += 1
        case .lost(_, let first, let count), .resurrected(let first, let count):
            countSurvived(writes.acknowledged - count, of: writes)
            note(fate.standing, first: first, count: count, writes, reading)
        }
    }

    private mutating func countSurvived(_ count: Int, of writes: WritesOfKey) {
        account.survived += count
        let last = writes.entry.acknowledgedAt
        tally.add(
            .survived,
            count,
            key: writes.key,
            bytes: bytes(count),
            times: count > 0 ? seconds(last...last) : nil
        )
    }

    private mutating func countUnknown(
        _ fate: KeyFate,
        _ writes: WritesOfKey,
        _ reading: KeyReading
    ) {
        guard fate.unknownPresent + fate.unknownAbsent > 0 else { return }
        let follows = writes.unknownTimes.flatMap { times in
            joining.join(
                acknowledgedAt: times.upperBound,
                holders: reading.copies.map(\.node)
            )
        }
        for (kind, count) in [
            (WriteFate.unacknowledgedPresent, fate.unknownPresent),
            (.unacknowledgedAbsent, fate.unknownAbsent),
        ] {
            tally.add(
                kind,
                count,
                key: writes.key,
                bytes: bytes(count),
                times: writes.unknownTimes.map(seconds),
                follows: follows
            )
        }
    }

    private func bytes(_ count: Int) -> Int? { evidence.valueBytes.map { $0 * count } }

    private func seconds(_ times: ClosedRange<Int64>) -> ClosedRange<Double> {
        evidence.seconds(times.lowerBound)...evidence.seconds(times.upperBound)
    }

    private mutating func note(
        _ standing: KeyFate.Standing,
        first: UInt32,
        count: Int,
        _ writes: WritesOfKey,
        _ reading: KeyReading
    ) {
        gone.append(
            GoneWrites(
                writes: writes,
                reading: reading,
                standing: standing,
                follows: joining.join(
                    acknowledgedAt: writes.entry.acknowledgedAt,
                    holders: reading.copies.map(\.node)
                ),
                first: first,
                firstAcknowledgedAt: count == 1 ? writes.entry.acknowledgedAt : nil
            )
        )
    }

    /// Garbage and disagreement among the copies, whatever the survivor is.
    private mutating func noteCopies(_ writes: WritesOfKey, _ reading: KeyReading) {
        if let divergence = reading.divergence {
            account.divergent += 1
            append(divergence, to: \.divergences)
            count(.divergent, 1, writes, reading)
        }
        for copy in reading.copies {
            let found: GarbageReading
            switch copy.value {
            case .absent:
                continue
            case .unread:
                account.unreadCopies += 1
                continue
            case .garbage:
                found = .init(key: reading.key, node: copy.node, kind: .checksum, sequence: nil)
            case .stamped(let stamp):
                guard let kind = writes.objection(to: stamp) else { continue }
                found = .init(
                    key: reading.key,
                    node: copy.node,
                    kind: kind,
                    sequence: stamp.sequence
                )
            }
            account.garbage += 1
            append(found, to: \.garbageReadings)
            count(.garbage, 1, writes, reading)
        }
    }

    /// Of what a key holds, with the fault that its last acknowledgement follows.
    private mutating func count(
        _ fate: WriteFate,
        _ number: Int,
        _ writes: WritesOfKey,
        _ reading: KeyReading
    ) {
        let last = writes.entry.lastAcknowledged > 0 ? writes.entry.acknowledgedAt : nil
        tally.add(
            fate,
            number,
            key: writes.key,
            bytes: bytes(number),
            times: last.map { seconds($0...$0) },
            follows: last.flatMap {
                joining.join(acknowledgedAt: $0, holders: reading.copies.map(\.node))
            }
        )
    }

    private mutating func append<Row>(
        _ row: Row,
        to list: WritableKeyPath<LedgerAccount, [Row]>
    ) {
        guard account[keyPath: list].count < LedgerAccount.listLimit else { return }
        account[keyPath: list].append(row)
    }

    /// One pass over the recent acknowledgements finds when the first gone write of each key was
    /// acknowledged.
    private mutating func findFirstTimes(in recent: RecentAcknowledgements, from start: Int) {
        var wanted: [UInt32: Int] = [:]
        for index in start..<gone.count where gone[index].firstAcknowledgedAt == nil {
            wanted[UInt32(truncatingIfNeeded: gone[index].writes.key)] = index
        }
        guard !wanted.isEmpty else { return }
        for acknowledgement in recent.all {
            guard let index = wanted[acknowledgement.key],
                gone[index].first == acknowledgement.sequence
            else { continue }
            gone[index].firstAcknowledgedAt = acknowledgement.at
        }
    }
}

// MARK: - Judging what is gone
extension LedgerJudge {
    private struct Term: Hashable {
        let shard: Int
        let fault: Int?
    }

    private mutating func judgeGoneWrites() {
        gone.sort {
            ($0.writes.entry.acknowledgedAt, $0.writes.key)
                < ($1.writes.entry.acknowledgedAt, $1.writes.key)
        }
        var lastOfTerm: [Term: Int64] = [:]
        for item in gone {
            // Sorted by time, so that the last one stays.
            lastOfTerm[term(of: item)] = item.writes.entry.acknowledgedAt
        }
        for item in gone {
            let (judgement, explanation) = promiseJudge.judge(
                PromiseJudge.Case(
                    shard: item.reading.shard,
                    holders: item.reading.copies.map(\.node),
                    firstAcknowledgedAt: item.firstAcknowledgedAt,
                    acknowledgedAt: item.writes.entry.acknowledgedAt,
                    lastOfTerm: lastOfTerm[term(of: item)] ?? item.writes.entry.acknowledgedAt,
                    followsFault: item.follows != nil
                )
            )
            enter(item, judgement, explanation)
        }
    }

    private func term(of item: GoneWrites) -> Term {
        Term(shard: item.reading.shard, fault: item.follows?.fault)
    }

    private mutating func enter(
        _ item: GoneWrites,
        _ judgement: LossJudgement,
        _ explanation: String
    ) {
        let entry = item.writes.entry
        let first = min(item.firstAcknowledgedAt ?? entry.acknowledgedAt, entry.acknowledgedAt)
        let times = seconds(first...entry.acknowledgedAt)
        switch item.standing {
        case .lost(let survivor, let first, let count):
            tally.add(
                .lost,
                count,
                key: item.writes.key,
                bytes: bytes(count),
                times: times,
                follows: item.follows
            )
            account.lost += count
            account.lostKeys += 1
            switch judgement {
            case .violation: account.lostAgainstPromise += count
            case .outsidePromise: account.lostOutsidePromise += count
            case .undecided: account.lostUndecided += count
            }
            let loss = Loss(
                key: item.writes.key,
                survivor: survivor == 0 ? nil : survivor,
                firstLost: first,
                lastLost: entry.lastAcknowledged,
                count: count,
                firstAcknowledgedAt: item.firstAcknowledgedAt.map(evidence.seconds),
                acknowledgedAt: evidence.seconds(entry.acknowledgedAt),
                follows: item.follows,
                judgement: judgement,
                explanation: explanation
            )
            append(loss, to: \.losses)
        case .resurrected(let survivor, let covered):
            tally.add(
                .resurrected,
                covered,
                key: item.writes.key,
                bytes: bytes(covered),
                times: times,
                follows: item.follows
            )
            account.resurrected += 1
            let covers = judgement == .outsidePromise
            account.resurrectedUndecided += covers ? 0 : 1
            let resurrection = Resurrection(
                key: item.writes.key,
                survivor: survivor,
                lastAcknowledged: entry.lastAcknowledged,
                covered: covered,
                acknowledgedAt: evidence.seconds(entry.acknowledgedAt),
                follows: item.follows,
                judgement: covers ? .outsidePromise : .undecided,
                explanation: covers
                    ? explanation
                    : "write \(survivor) may have landed late; no promise is broken then"
            )
            append(resurrection, to: \.resurrections)
        case .survived, .garbage, .unread:
            break
        }
    }
}
