import Consistency
import Histories
import Testing

/// What became of the writes to keys that all clients share, each fate by a history that shows it.
@Suite struct SharedLedgerTests {
    static let crash = FaultMark(
        name: "process-crash of node 1",
        appliedAt: 50_000_000,
        healedAt: 90_000_000,
        nodes: [1],
        hasEvidence: true
    )

    static func finding(
        _ script: HistoryScript,
        model: String = "register",
        promise: Promise? = .backups(1),
        faults: [FaultMark] = [crash],
        readings: [CopyReading] = [],
        until: Int64? = nil
    ) -> Finding {
        let recording = HistoryFileReader.Recording(
            history: script.history,
            endings: [.whole],
            completeUntil: until
        )
        return LedgerChecker().check(
            TrialEvidence(
                measurementStart: 0,
                measurementEnd: 1_000_000_000,
                copyReadings: readings,
                faults: faults,
                valueBytes: 100,
                promise: promise,
                history: HistoryEvidence(recording, from: 0, model: model)
            )
        )
    }

    static func account(_ finding: Finding) throws -> LedgerAccount {
        try #require(finding.account as? LedgerAccount)
    }

    @Test func `what others replaced has a fate of its own, and the fates add up`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.write("2", 20...30)
        // It was lost, and then overwritten: the end does not show that.
        script.read("1", 40...45)
        script.write("3", 50...60)
        script.write("4", 62...64, .unknown)
        script.write("5", 70...80)
        script.read("5", 100...110)
        let account = try Self.account(Self.finding(script))
        #expect(account[.survived]?.count == 1 && account[.survived]?.perMillion == 250_000)
        #expect(account[.overwritten]?.count == 3 && account[.lost]?.count == 0)
        #expect(account[.unacknowledgedOverwritten]?.count == 1)
        #expect(account.acknowledged == 4)
    }

    @Test func `what was acknowledged and is there has survived`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.write("2", 20...30)
        script.write("3", 40...50, .failed)
        script.read("2", 100...110)
        let finding = Self.finding(script)
        #expect(finding.verdict == .valid)
        let account = try Self.account(finding)
        #expect(account.acknowledged == 2 && account.survived == 2 && account.refused == 1)
        let survived = try #require(account[.survived])
        #expect(survived.count == 1 && survived.keys == 1 && survived.bytes == 100)
        #expect(survived.perMillion == 500_000)
        #expect(survived.from == 0.03 && survived.until == 0.03)
        #expect(account[.deleteUndone]?.isShown == false && account[.lost]?.isShown == true)
    }

    @Test func `a write that an older acknowledged one stands over is lost`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.write("2", 20...30)
        script.write("3", 35...45)
        script.read("1", 100...110)
        let finding = Self.finding(script)
        guard case .invalid(let reasons) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(reasons.first == "2 acknowledged writes were lost although the promise covers them")
        #expect(reasons.last?.contains("key k, lost: 2 up to write 3") == true, "\(reasons)")
        let account = try Self.account(finding)
        #expect(account.lost == 2 && account.lostKeys == 1 && account.survived == 1)
        let lost = try #require(account[.lost])
        #expect(lost.bytes == 200 && lost.from == 0.03 && lost.until == 0.045)
        #expect(lost.follows.map(\.name) == ["process-crash of node 1"])
        #expect(lost.follows.first?.count == 2)
        #expect(abs((lost.follows.first?.leastLag ?? 0) - 0.005) < 1e-9)
    }

    @Test func `concurrent writes may replace each other in any order`() throws {
        var script = HistoryScript()
        script.write("1", 0...30)
        script.write("2", 20...40)
        script.read("1", 100...110)
        let account = try Self.account(Self.finding(script))
        #expect(account.survived == 2 && account.lost == 0)
    }

    @Test func `a key that is empty has lost what was acknowledged`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.read(nil, 100...110)
        let account = try Self.account(Self.finding(script))
        #expect(account.lost == 1 && account.shared.findings.first?.stands == "nothing")
    }

    @Test func `an unanswered write that was seen, replaced and is back is a resurrection`() throws
    {
        var script = HistoryScript()
        script.write("1", 0...5, .unknown)
        script.read("1", 10...20)
        script.write("2", 30...40)
        script.read("1", 100...110)
        let finding = Self.finding(script)
        #expect(finding.verdict.name == "invalid")
        let account = try Self.account(finding)
        #expect(account.resurrected == 1 && account.shared.resurrectedAgainstPromise == 1)
        #expect(account[.resurrected]?.count == 1 && account[.unacknowledgedPresent]?.count == 1)
    }

    @Test func `an unanswered write that was never seen before may have come late`() throws {
        var script = HistoryScript()
        script.write("1", 0...5, .unknown)
        script.write("2", 30...40)
        script.read("1", 100...110)
        let finding = Self.finding(script)
        #expect(finding.verdict == .valid)
        let account = try Self.account(finding)
        #expect(account.unknownPresent == 1 && account.survived == 1)
    }

    @Test func `a delete whose key came back is undone`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.add(.delete, 20...30, by: 7)
        script.read("1", 100...110)
        let finding = Self.finding(script)
        guard case .invalid(let reasons) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(
            reasons.first
                == "1 acknowledged deletes were undone although the promise covers them"
        )
        let account = try Self.account(finding)
        #expect(account.shared.deletesUndone == 1 && account.lost == 0)
        let undone = try #require(account[.deleteUndone])
        #expect(undone.count == 1 && undone.keys == 1 && undone.isShown)
        #expect(undone.follows.first?.name == "process-crash of node 1")
        // An asynchronous mode may drop the delete together with what else it had not copied.
        let weak = Self.finding(
            script,
            promise: .asynchronous(replicas: 3, maximumLag: 1_000_000_000)
        )
        #expect(weak.verdict == .valid)
        #expect(weak.notes == ["1 deletes were undone, which the mode's promise does not cover"])
    }

    @Test func `a delete explains that nothing is there`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.add(.delete, 20...30, by: 7)
        script.read(nil, 100...110)
        #expect(Self.finding(script).verdict == .valid)
        var unanswered = HistoryScript()
        unanswered.add(.delete, 0...5, by: 7, .unknown)
        unanswered.write("1", 20...30)
        unanswered.read(nil, 100...110)
        #expect(Self.finding(unanswered).verdict == .valid)
        var early = HistoryScript()
        early.add(.delete, 0...5, by: 7)
        early.write("1", 20...30)
        early.read(nil, 100...110)
        #expect(Self.finding(early).verdict.name == "invalid")
    }

    @Test func `what nobody wrote is garbage, and so is what was refused`() throws {
        for outcome in [Outcome.failed, nil] {
            var script = HistoryScript()
            script.write("1", 0...10)
            if let outcome { script.write("2", 20...30, outcome) }
            script.read("2", 100...110)
            let finding = Self.finding(script)
            #expect(finding.verdict.name == "invalid")
            let account = try Self.account(finding)
            #expect(account.garbage == 1 && account[.garbage]?.keys == 1)
        }
    }

    @Test func `nobody looked at the end: nothing is known`() throws {
        var script = HistoryScript()
        script.read(nil, 0...1)
        script.write("1", 10...20)
        let finding = Self.finding(script)
        #expect(finding.verdict.name == "unknown")
        #expect(try Self.account(finding).unread == 1)
        let cut = Self.finding(script, until: 5)
        #expect(cut.verdict.name == "unknown" && cut.account == nil)
    }

    @Test func `replicas that diverge are told with what each holds`() throws {
        var script = HistoryScript()
        script.write("1", 0...10)
        script.read("1", 100...110)
        let copies = [1, 2, 3].map { node in
            CopyReading.Copy(
                node: node,
                isPrimary: node == 1,
                content: node == 3 ? .absent : .held(digest: 5, text: "1")
            )
        }
        let readings = [CopyReading(key: "k", shard: 2, copies: copies)]
        let account = try Self.account(Self.finding(script, readings: readings))
        #expect(account.divergent == 1 && account[.divergent]?.keys == 1)
        #expect(account.shared.findings.map(\.stands) == ["node 1: 1, node 2: 1, node 3: nothing"])
    }
}
