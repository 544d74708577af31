import Histories

/// Draws up the account of every write to keys that all clients share: what they were told against
/// what was there in the end.
struct SharedLedger {
    private let evidence: TrialEvidence
    private let history: History
    private let joining: FaultJoining
    private let promiseJudge: PromiseJudge
    private let readings: [String: CopyReading]
    private var account = LedgerAccount()
    private var tally: FateTally
    private var gone: [Gone] = []

    /// Acknowledged writes that are not there any more, before they are judged.
    private struct Gone {
        let key: Int
        let part: KeyFates.Part
        let follows: FaultJoin?
        let shard: Int
        let holders: [Int]
        let times: ClosedRange<Int64>
        let write: String
    }

    private init(_ evidence: TrialEvidence, _ recorded: HistoryEvidence) {
        self.evidence = evidence
        history = recorded.recording.history
        joining = FaultJoining(faults: evidence.faults)
        promiseJudge = PromiseJudge(
            promise: evidence.promise,
            copyLosses: evidence.copyLosses,
            termChanges: evidence.termChanges,
            mapHistory: evidence.mapHistory
        )
        readings = Dictionary(evidence.copyReadings.map { ($0.key, $0) }) { first, _ in first }
        tally = FateTally(showing: Self.shown(by: history))
    }

    /// `nil` where nothing was recorded, or where what was done last was left out.
    static func account(of evidence: TrialEvidence) -> LedgerAccount? {
        guard let recorded = evidence.history, recorded.recording.completeUntil == nil else {
            return nil
        }
        var ledger = SharedLedger(evidence, recorded)
        return ledger.run()
    }

    /// What the requests of a history can show: a counter that nobody deletes shows no delete undone.
    static func shown(by history: History) -> Set<WriteFate> {
        var shown: Set<WriteFate> = [
            .survived, .lost, .unacknowledgedPresent, .unacknowledgedAbsent,
            .unacknowledgedOverwritten, .garbage, .divergent,
        ]
        for operation in history.operations {
            switch operation.action {
            case .write, .compareAndSet: shown.formUnion([.resurrected, .overwritten])
            case .delete: shown.formUnion([.deleteUndone, .overwritten])
            case .add, .insert, .append, .transfer: shown.insert(.duplicateApplied)
            case .transaction(let steps):
                for step in history.steps(steps) {
                    if case .append = step.kind { shown.insert(.duplicateApplied) }
                    if case .write = step.kind { shown.insert(.overwritten) }
                }
            default: break
            }
        }
        return shown
    }

    private mutating func run() -> LedgerAccount {
        for (key, deeds) in KeyDeeds.all(of: history).enumerated() where !deeds.writes.isEmpty {
            settle(key, deeds)
        }
        for (key, reading) in evidence.copyReadings.enumerated() { noteCopies(reading, key) }
        judgeGone()
        account.fates = tally.accounts(acknowledged: account.acknowledged)
        account.shared.findings.sort {
            ($0.acknowledgedAt ?? .infinity, $0.key) < ($1.acknowledgedAt ?? .infinity, $1.key)
        }
        return account
    }

    private mutating func settle(_ key: Int, _ deeds: KeyDeeds) {
        let fates = KeyFates(deeds) {
            history.elements($0)
        } text: {
            history.text(of: $0)
        }
        account.keys += 1
        account.acknowledged += deeds.writes.count { $0.outcome == .ok }
        account.refused += deeds.writes.count { $0.outcome == .failed }
        account.unknownOverwritten += fates.untold
        tally.add(.unacknowledgedOverwritten, fates.untold, key: key)
        account.unread += fates.isUnread ? 1 : 0
        let reading = readings[history.keys.texts[key]]
        for part in fates.parts {
            let writes = part.writes.map { deeds.writes[$0] }
            let times = Self.times(of: writes)
            let isFine = part.fate == .survived || part.fate == .overwritten
            let follows = isFine ? nil : times.flatMap { join($0, reading) }
            tally.add(
                part.fate,
                part.count,
                key: key,
                bytes: bytes(of: writes),
                times: times.map(seconds),
                follows: follows
            )
            switch part.fate {
            case .survived, .overwritten: account.survived += part.count
            case .unacknowledgedOverwritten: account.unknownOverwritten += part.count
            case .unacknowledgedPresent: account.unknownPresent += part.count
            case .unacknowledgedAbsent: account.unknownAbsent += part.count
            case .lost, .resurrected, .deleteUndone:
                guard let times else { continue }
                gone.append(
                    Gone(
                        key: key,
                        part: part,
                        follows: follows,
                        shard: reading?.shard ?? -1,
                        holders: reading?.copies.map(\.node) ?? [],
                        times: times,
                        write: writes.last.map(text) ?? ""
                    )
                )
            case .garbage, .duplicateApplied, .divergent:
                if part.fate == .garbage {
                    account.garbage += part.count
                } else {
                    account.shared.duplicateApplied += part.count
                }
                enter(key, part, writes.last.map(text) ?? "", times, follows, .violation, "")
            }
        }
    }

    private mutating func noteCopies(_ reading: CopyReading, _ key: Int) {
        account.unreadCopies += reading.copies.count { $0.content == .unread }
        guard let stands = reading.divergence else { return }
        account.divergent += 1
        tally.add(.divergent, 1, key: key)
        let part = KeyFates.Part(fate: .divergent, count: 1, stands: stands)
        append(finding(reading.key, part, "", nil, nil, nil, ""))
    }
}

extension SharedLedger {
    private struct Term: Hashable {
        let shard: Int
        let fault: Int?
    }

    private mutating func judgeGone() {
        var lastOfTerm: [Term: Int64] = [:]
        for item in gone {
            let term = Term(shard: item.shard, fault: item.follows?.fault)
            lastOfTerm[term] = max(lastOfTerm[term] ?? .min, item.times.upperBound)
        }
        for item in gone {
            let term = Term(shard: item.shard, fault: item.follows?.fault)
            var (judgement, explanation) = promiseJudge.judge(
                PromiseJudge.Case(
                    shard: item.shard,
                    holders: item.holders,
                    firstAcknowledgedAt: absolute(item.times.lowerBound),
                    acknowledgedAt: absolute(item.times.upperBound),
                    lastOfTerm: absolute(lastOfTerm[term] ?? item.times.upperBound),
                    followsFault: item.follows != nil
                )
            )
            if item.part.isOpen, judgement == .violation { judgement = .undecided }
            if let why = item.part.explanation { explanation += "; " + why }
            count(item, judgement)
            enter(
                item.key,
                item.part,
                item.write,
                item.times,
                item.follows,
                judgement,
                explanation
            )
        }
    }

    private mutating func count(_ item: Gone, _ judgement: LossJudgement) {
        let count = item.part.count
        switch item.part.fate {
        case .lost:
            account.lost += count
            account.lostKeys += 1
            switch judgement {
            case .violation: account.lostAgainstPromise += count
            case .outsidePromise: account.lostOutsidePromise += count
            case .undecided: account.lostUndecided += count
            }
        case .resurrected:
            account.resurrected += 1
            switch judgement {
            case .violation: account.shared.resurrectedAgainstPromise += 1
            case .outsidePromise: break
            case .undecided: account.resurrectedUndecided += 1
            }
        default:
            account.shared.deletesUndone += count
            switch judgement {
            case .violation: account.shared.deletesUndoneAgainstPromise += count
            case .outsidePromise: break
            case .undecided: account.shared.deletesUndoneUndecided += count
            }
        }
    }

    private mutating func enter(
        _ key: Int,
        _ part: KeyFates.Part,
        _ write: String,
        _ times: ClosedRange<Int64>?,
        _ follows: FaultJoin?,
        _ judgement: LossJudgement?,
        _ explanation: String
    ) {
        let name = history.keys.texts[key]
        append(finding(name, part, write, times, follows, judgement, explanation))
    }

    private func finding(
        _ key: String,
        _ part: KeyFates.Part,
        _ write: String,
        _ times: ClosedRange<Int64>?,
        _ follows: FaultJoin?,
        _ judgement: LossJudgement?,
        _ explanation: String
    ) -> SharedKeyFinding {
        SharedKeyFinding(
            fate: part.fate,
            key: key,
            count: part.count,
            write: write,
            stands: part.stands,
            firstAcknowledgedAt: times.map { Double($0.lowerBound) / 1e9 },
            acknowledgedAt: times.map { Double($0.upperBound) / 1e9 },
            follows: follows,
            judgement: judgement,
            explanation: explanation.isEmpty ? part.explanation ?? "" : explanation
        )
    }

    private mutating func append(_ finding: SharedKeyFinding) {
        guard account.shared.findings.count < LedgerAccount.listLimit else { return }
        account.shared.findings.append(finding)
    }

    /// When they were acknowledged or, where they never were, asked for.
    private static func times(of writes: [KeyDeeds.Write]) -> ClosedRange<Int64>? {
        var range: ClosedRange<Int64>?
        for write in writes {
            let time = write.outcome == .ok ? write.completed : write.invoked
            range = min(range?.lowerBound ?? time, time)...max(range?.upperBound ?? time, time)
        }
        return range
    }

    private func join(_ times: ClosedRange<Int64>, _ reading: CopyReading?) -> FaultJoin? {
        joining.join(
            acknowledgedAt: absolute(times.upperBound),
            holders: reading?.copies.map(\.node) ?? []
        )
    }

    private func absolute(_ time: Int64) -> Int64 { time + evidence.measurementStart }

    private func seconds(_ times: ClosedRange<Int64>) -> ClosedRange<Double> {
        Double(times.lowerBound) / 1e9...Double(times.upperBound) / 1e9
    }

    private func bytes(of writes: [KeyDeeds.Write]) -> Int? {
        var sum: Int?
        for write in writes {
            switch write.deed {
            case .put: sum = evidence.valueBytes.map { $0 + (sum ?? 0) }
            case .element(let value): sum = (sum ?? 0) + history.text(of: value).utf8.count
            case .add, .delete: break
            }
        }
        return sum
    }

    private func text(_ write: KeyDeeds.Write) -> String {
        switch write.deed {
        case .put(let value): "write \(history.text(of: value))"
        case .delete: "delete"
        case .add(let amount): "add \(amount)"
        case .element(let value): "append \(history.text(of: value))"
        }
    }
}
