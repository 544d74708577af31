import Consistency
import Histories
import Testing

@Suite struct PromiseTests {
    /// One write of key 1 at 10 s, gone on all three nodes.
    private func lostWrite(_ promise: Promise?) -> LedgerScript {
        var script = LedgerScript()
        script.promise = promise
        script.write(1, at: 10)
        script.hold(1, nil, nil, nil)
        return script
    }

    private func copyLoss(_ node: Int, _ at: Double, until: Double? = nil) -> CopyLoss {
        CopyLoss(
            node: node,
            at: LedgerScript.time(at),
            readmittedAt: until.map(LedgerScript.time)
        )
    }

    private let quorum = Promise.named("quorum", replicas: 3)
    private let synchronous = Promise.named("synchronous", replicas: 3)
    private let asynchronous = Promise.named("asynchronous", replicas: 3)

    @Test func `quorum losing one is a violation while enough copies are left`() {
        var script = lostWrite(quorum)
        #expect(script.finding.verdict.name == "invalid")
        script.copyLosses = [copyLoss(0, 11)]
        #expect(script.finding.verdict.name == "invalid")
        script.copyLosses = [copyLoss(0, 11, until: 12), copyLoss(1, 13)]
        #expect(script.finding.verdict.name == "invalid", "one after the other is one at a time")
        script.copyLosses = [copyLoss(0, 5, until: 9), copyLoss(1, 13)]
        #expect(script.finding.verdict.name == "invalid", "a copy back before the write counts")
        script.copyLosses = [copyLoss(0, 11), copyLoss(7, 12)]
        #expect(script.finding.verdict.name == "invalid", "node 7 does not hold the key")
    }

    @Test func `quorum losing more copies than it survives is outside its promise`() {
        var script = lostWrite(quorum)
        script.copyLosses = [copyLoss(0, 11, until: 14), copyLoss(1, 13)]
        #expect(script.finding.verdict == .valid)
        #expect(script.account.lostOutsidePromise == 1)
        #expect(script.account.losses.first?.judgement == .outsidePromise)
        script.copyLosses = [copyLoss(0, 4), copyLoss(1, 13)]
        #expect(script.finding.verdict == .valid, "a copy missing since before counts as missing")
    }

    @Test func `synchronous answers for its writes until all copies are gone`() {
        var script = lostWrite(synchronous)
        script.copyLosses = [copyLoss(0, 11)]
        #expect(script.finding.verdict.name == "invalid", "fewer than two nodes lost copies")
        script.copyLosses = [copyLoss(0, 11), copyLoss(1, 12)]
        #expect(script.finding.verdict.name == "unknown", "who was in sync is not known")
        script.copyLosses += [copyLoss(2, 13)]
        #expect(script.finding.verdict == .valid)
    }

    @Test func `a single copy in memory is lost with its process`() {
        var script = lostWrite(.singleCopy)
        #expect(script.finding.verdict.name == "invalid")
        script.copyLosses = [copyLoss(0, 11)]
        #expect(script.finding.verdict == .valid)
        #expect(script.account.lost == 1)
    }

    @Test func `asynchronous may lose what its term acknowledged last`() {
        var script = lostWrite(asynchronous)
        script.fault("partition of node 0", from: 9.9, to: 14, nodes: [0])
        #expect(script.finding.verdict == .valid)
        #expect(script.account.losses.first?.follows?.relation == .during)
        script.termChanges = [TermChange(shard: 1, at: LedgerScript.time(10.4))]
        #expect(script.finding.verdict == .valid)
    }

    @Test func `asynchronous losing without a term change is a violation`() {
        var script = lostWrite(asynchronous)
        #expect(script.finding.verdict.name == "invalid", "no fault and no term observed")
        script.fault("partition of node 0", from: 9.9, to: 14, nodes: [0])
        script.termChanges = []
        #expect(script.finding.verdict.name == "invalid")
        script.termChanges = [
            TermChange(shard: 1, at: LedgerScript.time(9)),
            TermChange(shard: 2, at: LedgerScript.time(11)),
        ]
        #expect(script.finding.verdict.name == "invalid", "another shard, or before the write")
    }

    @Test func `asynchronous losing more than its lag is a violation`() {
        var script = LedgerScript()
        script.promise = asynchronous
        script.fault("partition of node 0", from: 12, to: 16, nodes: [0])
        script.write(1, at: 10.5)
        script.write(5, at: 12.2)
        script.hold(1, nil, nil)
        script.hold(5, nil, nil)
        let account = script.account
        #expect(account.lost == 2)
        #expect(account.lostAgainstPromise == 1, "key 1 was acknowledged 1.7 s before the last")
        #expect(account.losses.map(\.judgement) == [.violation, .outsidePromise])
        #expect(script.finding.verdict.name == "invalid")
    }

    @Test func `a mode without a promise leaves the verdict unknown`() {
        #expect(Promise.named("telepathy", replicas: 3) == nil)
        #expect(lostWrite(nil).finding.verdict.name == "unknown")
    }
}
