import Consistency
import Histories
import Testing

@Suite struct HistoryCheckerTests {
    /// A write that was acknowledged at 2 s, a read of the value before it at 4 s.
    static func recording(
        stale: Bool,
        until: Int64? = nil
    ) throws
        -> HistoryFileReader.Recording
    {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let key = builder.key("key:0000000001")
        let (old, new) = (builder.value("1"), builder.value("2"))
        let second: Int64 = 1_000_000_000
        let told: [(Action, Action)] = [
            (.write(old), .write(old)), (.write(new), .write(new)),
            (.read(nil), .read(stale ? old : new)),
        ]
        for (index, (asked, answered)) in told.enumerated() {
            let time = Int64(index + 1) * second
            try builder.invoke(process: "\(index)", key: key, action: asked, at: time)
            try builder.complete(
                process: "\(index)",
                outcome: .ok,
                action: answered,
                at: time + second / 10
            )
        }
        return HistoryFileReader.Recording(
            history: builder.history,
            endings: [until == nil ? .whole : .cut],
            completeUntil: until
        )
    }

    static func finding(
        stale: Bool,
        until: Int64? = nil,
        promise: Promise? = .backups(1),
        faults: [FaultMark] = [],
        losses: [CopyLoss] = [],
        model: String = "register"
    ) throws -> Finding {
        let recording = try recording(stale: stale, until: until)
        let checker = HistoryChecker()
        let evidence = TrialEvidence(
            measurementStart: 0,
            measurementEnd: 10_000_000_000,
            faults: faults,
            promise: promise,
            copyLosses: losses,
            history: HistoryEvidence(recording, from: 0, model: model)
        )
        #expect(checker.applies(to: evidence))
        return checker.check(evidence)
    }

    static let crash = FaultMark(
        name: "machine-crash of node 3",
        appliedAt: 2_500_000_000,
        healedAt: 2_800_000_000,
        nodes: [3],
        hasEvidence: true
    )

    @Test func `a history that one copy could have given is valid`() throws {
        let finding = try Self.finding(stale: false)
        #expect(finding.verdict == .valid)
        let account = try #require(finding.account as? HistoryAccount)
        #expect(account.holds == true && account.operations == 3 && account.violations == 0)
    }

    @Test func `a stale read is a violation, told with the fault before it`() throws {
        let finding = try Self.finding(stale: true, faults: [Self.crash])
        guard case .invalid(let reasons) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        let text = reasons.joined(separator: "\n")
        #expect(text.contains("key:0000000001"))
        #expect(text.contains("machine-crash of node 3 at 2.500 s, healed at 2.800 s"))
        let account = try #require(finding.account as? HistoryAccount)
        #expect(account.holds == false && account.violations == 1)
        #expect(account.violationsOutsidePromise == 0)
        let example = try #require(account.examples.first)
        #expect(example.rows.contains { $0.text == "read → 1" && $0.start == 3 })
    }

    @Test func `a mode that may drop writes after a fault is not blamed, but counted`() throws {
        let promise = Promise.asynchronous(replicas: 3, maximumLag: 1_000_000_000)
        let finding = try Self.finding(stale: true, promise: promise, faults: [Self.crash])
        #expect(finding.verdict == .valid)
        #expect(finding.notes.contains { $0.contains("1 violation of register outside") })
        let account = try #require(finding.account as? HistoryAccount)
        #expect(account.holds == false && account.violationsOutsidePromise == 1)
        // Without a fault nothing excuses it.
        #expect(try Self.finding(stale: true, promise: promise).verdict.name == "invalid")
    }

    @Test func `who lost the copies decides what one copy promised`() throws {
        let loss = CopyLoss(node: 3, at: 2_500_000_000, readmittedAt: nil)
        #expect(
            try Self.finding(stale: true, promise: .singleCopy, losses: [loss]).verdict == .valid
        )
        let other = CopyLoss(node: 2, at: 2_600_000_000, readmittedAt: nil)
        #expect(try Self.finding(stale: true, losses: [loss]).verdict.name == "invalid")
        #expect(try Self.finding(stale: true, losses: [loss, other]).verdict.name == "unknown")
        #expect(try Self.finding(stale: true, promise: nil).verdict.name == "unknown")
    }

    @Test func `a history that was cut proves nothing but its violations`() throws {
        let finding = try Self.finding(stale: false, until: 5_000_000_000)
        #expect(finding.verdict.name == "unknown")
        #expect((finding.account as? HistoryAccount)?.holds == nil)
        #expect(finding.notes.contains { $0.contains("largest size") })
        #expect(try Self.finding(stale: true, until: 5_000_000_000).verdict.name == "invalid")
    }

    @Test func `a model that nobody knows leaves it open`() throws {
        #expect(try Self.finding(stale: false, model: "none").verdict.name == "unknown")
    }

    /// Two banks of two accounts; the money of the second may have grown.
    @Test(arguments: [false, true])
    func `each bank has a total of its own`(isTorn: Bool) throws {
        var builder = HistoryBuilder(clock: .nanoseconds)
        var time: Int64 = 0
        for (bank, balances) in [[10, 10], [50, 50], [9, 11], [isTorn ? 60 : 40, 60]].enumerated() {
            let keys = (0..<2).map { builder.key("{bank \(bank % 2)}:\($0)") }
            if bank > 1 {
                time += 10
                try builder.invoke(
                    process: "teller",
                    key: keys[0],
                    action: .transfer(from: keys[0], to: keys[1], amount: bank == 2 ? 1 : 10),
                    at: time
                )
                try builder.complete(process: "teller", outcome: .ok, at: time + 5)
            }
            time += 10
            let asked = builder.steps(
                keys.map { TransactionStep(key: $0, kind: .readNumber(nil)) }
            )
            try builder.invoke(
                process: "reader",
                key: keys[0],
                action: .transaction(asked),
                at: time
            )
            let told = builder.steps(
                zip(keys, balances).map {
                    TransactionStep(key: $0, kind: .readNumber(Int64($1)))
                }
            )
            try builder.complete(
                process: "reader",
                outcome: .ok,
                action: .transaction(told),
                at: time + 5
            )
        }
        let recording = HistoryFileReader.Recording(history: builder.history, endings: [.whole])
        let evidence = TrialEvidence(
            measurementStart: 0,
            measurementEnd: 1_000,
            promise: .backups(1),
            history: HistoryEvidence(recording, from: 0, model: "bank", isGrouped: true)
        )
        let finding = HistoryChecker().check(evidence)
        #expect(finding.verdict.name == (isTorn ? "invalid" : "valid"), "\(finding)")
    }

    @Test func `without a history there is nothing to check`() {
        let evidence = TrialEvidence(measurementStart: 0, measurementEnd: 1)
        #expect(!HistoryChecker().applies(to: evidence))
        #expect(LedgerChecker().applies(to: evidence))
    }
}

extension HistoryCheckerTests {
    @Test func `a weak history gets figures on sessions and staleness`() throws {
        let finding = try Self.finding(
            stale: true,
            promise: .asynchronous(replicas: 3, maximumLag: 1_000_000_000),
            faults: [Self.crash]
        )
        #expect(finding.verdict == .valid, "the promise does not cover it")
        let account = try #require(finding.account as? HistoryAccount)
        let sessions = try #require(account.sessions)
        #expect(sessions.reads == 1 && sessions.staleReads == 1 && !sessions.isSpotless)
        // The newer value was acknowledged at 2.1 s, and the read asked at 3 s.
        #expect(abs((sessions.staleMilliseconds?.worst ?? 0) - 900) < 60)
        #expect(sessions.staleVersions?.worst == 1)
    }

    @Test func `lists tell as much by their last elements`() throws {
        var script = HistoryScript()
        script.add(.append(script.value("1")), 0...5, by: 0)
        script.add(.append(script.value("2")), 10...15, by: 0)
        script.add(.readAll(script.list(["1", "2"])), 20...25, by: 1)
        script.add(.readAll(script.list(["1"])), 30...35, by: 1)
        let recording = HistoryFileReader.Recording(history: script.history, endings: [.whole])
        let finding = HistoryChecker().check(
            TrialEvidence(
                measurementStart: 0,
                measurementEnd: 1_000_000_000,
                history: HistoryEvidence(recording, from: 0, model: "append")
            )
        )
        let sessions = try #require((finding.account as? HistoryAccount)?.sessions)
        #expect(sessions.reads == 2 && sessions.staleReads == 1)
        let monotonic = sessions.guarantees.first { $0.guarantee == .monotonicReads }
        #expect(monotonic?.violated == 1)
    }
}
