import Consistency
import Histories
import Testing

/// The fates of elements and of additions.
@Suite struct SharedCollectionLedgerTests {
    private static func append(
        _ texts: [(String, Outcome)],
        shown: [String],
        promise: Promise? = .backups(1)
    ) -> Finding {
        var script = HistoryScript()
        for (index, (text, outcome)) in texts.enumerated() {
            let start = Int64(index) * 10
            let action = Action.append(script.value(text))
            script.add(action, start...start + 5, by: UInt32(index), outcome)
        }
        script.add(.readAll(script.list(shown)), 500...510, by: 99)
        return SharedLedgerTests.finding(script, model: "append", promise: promise)
    }

    @Test func `elements are there, gone, doubled or foreign`() throws {
        let finding = Self.append(
            [("1", .ok), ("2", .ok), ("3", .unknown), ("4", .unknown), ("5", .failed), ("6", .ok)],
            shown: ["1", "3", "6", "6", "6", "9"]
        )
        guard case .invalid(let reasons) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(reasons.contains("2 writes were applied more often than sent"), "\(reasons)")
        let account = try SharedLedgerTests.account(finding)
        #expect(account.survived == 2 && account.lost == 1 && account.shared.duplicateApplied == 2)
        #expect(account.unknownPresent == 1 && account.unknownAbsent == 1)
        #expect(account.garbage == 1)
        let doubled = try #require(account.shared.findings.first { $0.fate == .duplicateApplied })
        #expect(doubled.sentence.contains("append 6") && doubled.stands == "6, 3 times")
        #expect(account[.duplicateApplied]?.bytes == 1)
        #expect(account[.duplicateApplied]?.follows.isEmpty == false)
    }

    @Test func `an unanswered append may be there once and no more`() throws {
        let once = Self.append([("1", .ok), ("2", .unknown)], shown: ["1", "2"])
        #expect(once.verdict == .valid)
        let twice = Self.append([("1", .ok), ("2", .unknown)], shown: ["1", "2", "2"])
        #expect(twice.verdict.name == "invalid")
        #expect(try SharedLedgerTests.account(twice).shared.duplicateApplied == 1)
    }

    @Test func `a list that was deleted and is back is a delete undone`() throws {
        var script = HistoryScript()
        script.add(.append(script.value("1")), 0...5, by: 1)
        script.add(.delete, 10...15, by: 2)
        script.add(.append(script.value("2")), 20...25, by: 3)
        script.add(.readAll(script.list(["1", "2"])), 500...510, by: 99)
        let account = try SharedLedgerTests.account(
            SharedLedgerTests.finding(script, model: "append")
        )
        #expect(account.shared.deletesUndone == 1 && account.survived == 2)
        var kept = HistoryScript()
        kept.add(.append(kept.value("1")), 0...5, by: 1)
        kept.add(.delete, 10...15, by: 2)
        kept.add(.append(kept.value("2")), 20...25, by: 3)
        kept.add(.readAll(kept.list(["2"])), 500...510, by: 99)
        #expect(SharedLedgerTests.finding(kept, model: "append").verdict == .valid)
    }

    @Test func `elements of transactions count like others`() throws {
        var script = HistoryScript()
        let key = script.key("k")
        script.append(TransactionStep(key: key, kind: .append(script.value("1"))))
        script.add(.transaction(Extent(start: 0, count: 1)), 0...5, by: 1)
        let list = script.list(["1", "1"])
        script.append(TransactionStep(key: key, kind: .readAll(list)))
        script.add(.transaction(Extent(start: 1, count: 1)), 500...505, by: 2)
        let account = try SharedLedgerTests.account(
            SharedLedgerTests.finding(script, model: "list-append")
        )
        #expect(account.shared.duplicateApplied == 1 && account[.duplicateApplied]?.isShown == true)
    }

    private static func count(
        _ amounts: [(Int64, Outcome)],
        total: Int64,
        promise: Promise? = .backups(1)
    ) -> Finding {
        var script = HistoryScript()
        for (index, (amount, outcome)) in amounts.enumerated() {
            let start = Int64(index) * 10
            script.add(.add(amount, total: nil), start...start + 5, by: UInt32(index), outcome)
        }
        script.add(.readCounter(total), 500...510, by: 99)
        return SharedLedgerTests.finding(script, model: "counter", promise: promise)
    }

    @Test func `a total that what was sent can make is fine`() throws {
        for (total, present, absent) in [(5, 0, 1), (9, 1, 0)] {
            let finding = Self.count([(2, .ok), (3, .ok), (4, .unknown)], total: Int64(total))
            #expect(finding.verdict == .valid)
            let account = try SharedLedgerTests.account(finding)
            #expect(account.survived == 2 && account.lost == 0)
            #expect(account.unknownPresent == present && account.unknownAbsent == absent)
        }
    }

    @Test func `a total above everything that was sent was added to twice`() throws {
        for outcome in [Outcome.ok, .unknown] {
            let finding = Self.count([(2, .ok), (3, outcome)], total: 8)
            #expect(finding.verdict.name == "invalid")
            let account = try SharedLedgerTests.account(finding)
            #expect(account.shared.duplicateApplied == 1 && account.lost == 0)
            let row = try #require(account.shared.findings.first)
            #expect(row.write == "add 3" && row.follows?.name == "process-crash of node 1")
        }
    }

    @Test func `a total below what was acknowledged has lost some of it`() throws {
        let account = try SharedLedgerTests.account(Self.count([(2, .ok), (3, .ok)], total: 0))
        #expect(account.lost == 2 && account.lostAgainstPromise == 2 && account.survived == 0)
    }

    @Test func `where both signs were added the total does not say which it was`() throws {
        let finding = Self.count([(2, .ok), (-3, .ok)], total: 2)
        #expect(finding.verdict.name == "unknown")
        let account = try SharedLedgerTests.account(finding)
        #expect(account.lost == 1 && account.lostUndecided == 1)
        #expect(account.shared.findings.first?.explanation.contains("applied twice") == true)
    }

    @Test func `an account counts from what it was opened with`() throws {
        for (total, verdict) in [(Int64(93), "valid"), (86, "unknown"), (107, "unknown")] {
            var script = HistoryScript()
            let keys = [script.key("a"), script.key("b")]
            for (index, key) in keys.enumerated() {
                script.append(TransactionStep(key: key, kind: .write(script.value("100"))))
                let extent = Extent(start: UInt32(index), count: 1)
                script.add(.transaction(extent), 0...1, by: UInt32(index))
            }
            let move = Action.transfer(from: keys[0], to: keys[1], amount: 7)
            script.add(move, 10...15, by: 3)
            let back = Action.transfer(from: keys[1], to: keys[0], amount: 7)
            script.add(back, 20...25, by: 3)
            script.add(move, 30...35, by: 3)
            script.append(TransactionStep(key: keys[0], kind: .readNumber(total)))
            script.append(TransactionStep(key: keys[1], kind: .readNumber(107)))
            script.add(.transaction(Extent(start: 2, count: 2)), 500...505, by: 4)
            let finding = SharedLedgerTests.finding(script, model: "bank")
            #expect(finding.verdict.name == verdict, "\(total): \(finding.verdict)")
        }
    }
}
