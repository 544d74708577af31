import Consistency
import Testing

/// The same losses, judged by what the map said at the time.
@Suite struct MapHistoryTests {
    private let synchronous = Promise.named("synchronous", replicas: 3)
    private let asynchronous = Promise.named("asynchronous", replicas: 3)
    private let quorum = Promise.named("quorum", replicas: 3)

    private struct Change {
        var at: Double
        var term: UInt64 = 1
        var inSync = [0, 1, 2]
        var copies: [Int: UInt64] = [0: 10, 1: 11, 2: 12]
        var isDegraded = false
    }

    /// One write of key 1 at 10 s, gone on all three nodes.
    private func lostWrite(
        _ promise: Promise?,
        lost: [(node: Int, at: Double)],
        _ changes: [Change]
    ) -> LedgerScript {
        var script = LedgerScript()
        script.promise = promise
        script.write(1, at: 10)
        script.hold(1, nil, nil, nil)
        script.copyLosses = lost.map {
            CopyLoss(node: $0.node, at: LedgerScript.time($0.at), readmittedAt: nil)
        }
        var history = MapHistory()
        for change in changes {
            let entry = MapHistory.Entry(
                at: LedgerScript.time(change.at),
                term: change.term,
                inSync: change.inSync,
                copies: change.copies,
                isDegraded: change.isDegraded
            )
            history.append(entry, shard: 1)
        }
        script.mapHistory = history
        return script
    }

    @Test func `a copy that the map counts again is not missing any more`() {
        let back = Change(at: 12, copies: [0: 20, 1: 11, 2: 12])
        let lost = [(node: 0, at: 11.0), (node: 1, at: 13.0)]
        let apart = lostWrite(quorum, lost: lost, [Change(at: 0), back])
        #expect(apart.finding.verdict.name == "invalid", "one after the other is one at a time")
        let together = lostWrite(quorum, lost: lost, [Change(at: 0)])
        #expect(together.finding.verdict == .valid)
    }

    @Test func `a mode that degrades answers by the other one's promise only while it is degraded`()
    {
        let degrading = Promise.named("semi-synchronous(1,degrade)", replicas: 3)
        let firm = Promise.named("semi-synchronous(1)", replicas: 3)
        let alone = Change(at: 9, inSync: [0], isDegraded: true)
        let lost = [(node: 0, at: 11.0)]
        let excused = lostWrite(degrading, lost: lost, [Change(at: 0), alone])
        #expect(excused.finding.verdict == .valid, "its one in-sync copy was lost")
        let never = lostWrite(degrading, lost: lost, [Change(at: 0)])
        #expect(never.finding.verdict.name == "invalid", "one backup must have had it")
        let refused = lostWrite(firm, lost: lost, [Change(at: 0), alone])
        #expect(refused.finding.verdict.name == "invalid", "this one promised never to degrade")
        let returned = lostWrite(
            degrading,
            lost: lost,
            [Change(at: 0), alone, Change(at: 10.5)]
        )
        #expect(returned.finding.verdict.name == "invalid", "it had returned before the loss")
    }

    @Test func `a degraded shard's term change may drop the lag, another may not`() {
        let degrading = Promise.named("semi-synchronous(1,degrade)", replicas: 3)
        let alone = Change(at: 9, inSync: [0, 1], isDegraded: true)
        var next = Change(at: 10.4, term: 2, inSync: [1], isDegraded: true)
        let dropped = lostWrite(degrading, lost: [], [Change(at: 0), alone, next])
        #expect(dropped.finding.verdict == .valid)
        next.isDegraded = false
        let whole = lostWrite(degrading, lost: [], [Change(at: 0), next])
        #expect(whole.finding.verdict.name == "invalid")
    }

    @Test func `synchronous answers while one in-sync copy is there`() {
        let lost = [(node: 0, at: 11.0), (node: 1, at: 12.0)]
        let third = lostWrite(synchronous, lost: lost, [Change(at: 0)])
        #expect(third.finding.verdict.name == "invalid", "node 2 was in sync all the time")
        let shrunk = lostWrite(
            synchronous,
            lost: lost,
            [Change(at: 0), Change(at: 10.5, inSync: [0, 1])]
        )
        #expect(shrunk.finding.verdict == .valid)
        #expect(shrunk.account.lostOutsidePromise == 1)
    }

    @Test func `asynchronous may drop the end of a term, and only then`() {
        let lost = [(node: 0, at: 4.0)]
        let back = Change(at: 5, copies: [0: 20, 1: 11, 2: 12])
        let next = Change(at: 10.4, term: 2, inSync: [1, 2], copies: [0: 20, 1: 11, 2: 12])
        let dropped = lostWrite(asynchronous, lost: lost, [Change(at: 0), back, next])
        #expect(dropped.finding.verdict == .valid)
        #expect(dropped.account.lostOutsidePromise == 1)
        let kept = lostWrite(asynchronous, lost: lost, [Change(at: 0), back])
        #expect(kept.finding.verdict.name == "invalid", "no term ended after the acknowledgement")
    }
}
