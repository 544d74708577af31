import Consistency
import Testing

@Suite struct FaultJoiningTests {
    private func join(
        _ acknowledgedAt: Double,
        _ faults: (name: String, from: Double, to: Double?, nodes: [Int])...
    ) -> FaultJoin? {
        var script = LedgerScript()
        for fault in faults {
            script.fault(fault.name, from: fault.from, to: fault.to, nodes: fault.nodes)
        }
        script.write(1, at: acknowledgedAt)
        script.hold(1, nil, nil, nil)
        return script.account.losses.first?.follows
    }

    @Test func `what a crash takes along was acknowledged just before it`() {
        let found = join(4.96, ("crash", 5, 10, [0]))
        #expect(found?.relation == .before)
        #expect(abs((found?.lag ?? 0) - 0.04) < 1e-9)
    }

    @Test func `what an isolated primary acknowledges, it acknowledges during`() {
        let found = join(12.2, ("crash", 5, 10, [0]), ("isolation", 12, 16, [1]))
        #expect(found?.name == "isolation")
        #expect(found?.fault == 1)
        #expect(found?.relation == .during)
    }

    @Test func `an active fault yields to one that strikes within a second, not to a later one`() {
        #expect(join(9.9, ("crash", 5, 10, [0]), ("isolation", 10.1, 16, [1]))?.name == "isolation")
        #expect(join(9.9, ("crash", 5, 10, [0]), ("isolation", 12, 16, [1]))?.name == "crash")
    }

    @Test func `faults that touched the key's nodes go first`() {
        let found = join(9, ("crash", 8, 20, [7]), ("isolation", 5, 20, [2]))
        #expect(found?.name == "isolation")
        #expect(join(9, ("crash", 8, 20, [7]))?.name == "crash", "better than none")
    }

    @Test func `a healed fault is the last resort, a far one none`() {
        #expect(join(15, ("crash", 5, 10, [0]))?.relation == .after)
        #expect(join(15, ("crash", 30, nil, [0])) == nil)
        #expect(join(15) == nil)
    }
}
