import Consistency
import Histories
import Testing

@Suite struct LedgerCheckerTests {
    @Test func `a write that is everywhere survived`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, at: 2)
        script.hold(1, 2, 2, 2)
        #expect(script.finding.verdict == .valid)
        #expect(script.account.acknowledged == 2)
        #expect(script.account.survived == 2)
        #expect(script.account.lost == 0)
    }

    @Test func `an acknowledged write that is gone is lost, and only acknowledged ones count`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, at: 2)
        script.write(1, .unknown, at: 3)
        script.write(1, .failed, at: 4)
        script.write(1, at: 5)
        script.write(1, .unknown, at: 6)
        script.hold(1, 1, 1, 1)
        let account = script.account
        #expect(account.acknowledged == 3)
        #expect(account.survived == 1)
        #expect(account.lost == 2)
        #expect(account.lostKeys == 1)
        #expect(account.unknownAbsent == 2)
        #expect(account.refused == 1)
        #expect(account.losses.first?.survivor == 1)
        #expect(account.losses.first?.firstLost == 2)
        #expect(account.losses.first?.lastLost == 5)
        #expect(account.losses.first?.firstAcknowledgedAt == 2)
        #expect(script.finding.verdict.name == "invalid")
    }

    @Test func `a key that is absent has lost all its acknowledged writes`() {
        var script = LedgerScript()
        script.write(1, .unknown, at: 1)
        script.write(1, at: 2)
        script.hold(1, nil, nil)
        #expect(script.account.lost == 1)
        #expect(script.account.losses.first?.survivor == nil)
        #expect(script.account.losses.first?.firstLost == 2)
        #expect(script.finding.verdict.name == "invalid")
    }

    @Test func `an unknown write may be there or not`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, .unknown, at: 2)
        script.hold(1, 2, 2)
        script.write(2, at: 1)
        script.write(2, .unknown, at: 2)
        script.hold(2, 1, 1)
        script.write(3, .unknown, at: 2)
        script.write(3, at: 3)
        script.hold(3, 2, 2)
        let account = script.account
        #expect(account.unknownPresent == 1)
        #expect(account.unknownAbsent == 1)
        #expect(account.unknownOverwritten == 1)
        #expect(account.unknown == 3)
        #expect(script.finding.verdict == .valid)
    }

    @Test func `a write without an end counts as unknown`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.issueWithoutEnd(1)
        script.hold(1, 2, 2)
        #expect(script.account.unknownPresent == 1)
        #expect(script.account.acknowledged == 1)
        #expect(script.finding.verdict == .valid)
    }

    @Test func `an older unknown write above newer ones is resurrected, and proves nothing`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, .unknown, at: 2)
        script.write(1, at: 3)
        script.write(1, at: 4)
        script.hold(1, 2, 2)
        let account = script.account
        #expect(account.resurrected == 1)
        #expect(account.resurrections.first?.covered == 2)
        #expect(account.lost == 0)
        #expect(account.survived == 1)
        #expect(script.finding.verdict.name == "unknown")
    }

    @Test func `a resurrected write is explained where the promise would allow the loss`() {
        var script = LedgerScript()
        script.promise = .singleCopy
        script.copyLosses = [CopyLoss(node: 0, at: LedgerScript.time(4), readmittedAt: nil)]
        script.write(1, .unknown, at: 2)
        script.write(1, at: 3)
        script.hold(1, 1)
        #expect(script.account.resurrections.first?.judgement == .outsidePromise)
        #expect(script.finding.verdict == .valid)
    }

    @Test(arguments: [
        (CopyValue.garbage, GarbageReading.Kind.checksum),
        (.stamped(WriteStamp(writer: 0, sequence: 9)), .neverIssued),
        (.stamped(WriteStamp(writer: 9, sequence: 1)), .foreignWriter),
        (.stamped(WriteStamp(writer: 0, sequence: 2)), .refused),
    ])
    func `a value nobody can have written is garbage, on a backup too`(
        value: CopyValue,
        kind: GarbageReading.Kind
    ) {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, .failed, at: 2)
        let good = CopyValue.stamped(WriteStamp(writer: 0, sequence: 1))
        script.hold(1, values: [good, value])
        #expect(script.account.garbageReadings.map(\.kind) == [kind])
        #expect(script.account.survived == 1)
        #expect(script.finding.verdict.name == "invalid")
        script.hold(1, values: [value, good])
        #expect(script.account.survived == 0)
        #expect(script.finding.verdict.name == "invalid")
    }

    @Test func `a value under a key that was never written is garbage`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.hold(1, 1)
        script.hold(2, 1)
        #expect(script.account.garbage == 1)
    }

    @Test func `replicas that disagree are listed, and the primary speaks`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, at: 2)
        script.hold(1, 2, 1, nil)
        let account = script.account
        #expect(account.divergent == 1)
        #expect(account.divergences.first?.copies.map(\.sequence) == [2, 1, nil])
        #expect(account.lost == 0)
        #expect(script.finding.verdict == .valid)
        #expect(script.finding.notes.count == 1)
        script.hold(1, 1, 2, 2)
        #expect(script.account.lost == 1)
    }

    @Test func `the newest copy speaks where no primary answers`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.write(1, at: 2)
        let older = CopyValue.stamped(WriteStamp(writer: 0, sequence: 1))
        let newer = CopyValue.stamped(WriteStamp(writer: 0, sequence: 2))
        script.hold(1, values: [.unread, older, newer])
        #expect(script.account.survived == 2)
        #expect(script.account.unreadCopies == 1)
    }

    @Test func `a key of which no copy was read leaves the verdict unknown`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.hold(1, values: [.unread, .unread])
        script.write(2, at: 1)
        #expect(script.account.unread == 2)
        #expect(script.finding.verdict.name == "unknown")
    }

    @Test func `nothing acknowledged proves nothing`() {
        #expect(LedgerScript().finding.verdict.name == "unknown")
        let nothing = TrialEvidence(measurementStart: 0, measurementEnd: 1)
        #expect(LedgerChecker().check(nothing).verdict.name == "unknown")
    }

    @Test func `a key in two ledgers leaves the verdict unknown`() {
        var script = LedgerScript()
        script.write(1, at: 1)
        script.hold(1, 1)
        var evidence = script.evidence
        evidence.ledgers.append(script.ledger)
        #expect(LedgerChecker().check(evidence).verdict.name == "unknown")
    }
}
