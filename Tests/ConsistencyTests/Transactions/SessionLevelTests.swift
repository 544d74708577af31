import Consistency
import Histories
import Testing

/// Sessions of transactions, at the levels that need no clock.
@Suite struct SessionLevelTests {
    /// The weakest level that does not hold; nil where all hold.
    static func broken(_ lines: [String]) -> IsolationLevel? {
        let history = TransactionScript.registers(lines)
        return [IsolationLevel.readCommitted, .readAtomic, .causal].first { level in
            if case .invalid = Transactions.check(history, level).verdict { true } else { false }
        }
    }

    @Test(arguments: [
        ["p0 wx1", "p1 rx1", "p1 rx1"],
        // Both change what they read: causal consistency does not mind.
        ["p0 wx1", "p1 rx1 wx2", "p2 rx1 wx3"],
        // Two writers that nothing relates may be seen in either order.
        ["p0 wx1", "p1 wx2", "p2 rx1", "p2 rx2", "p3 rx2", "p3 ry0"],
        ["p0 wx1 ?", "p1 rx1"],
    ])
    func `what is causally consistent is valid at every level`(lines: [String]) {
        #expect(Self.broken(lines) == nil)
    }

    @Test(arguments: [
        // Saw x through z's writer, and then misses it.
        ["p0 wx1", "p1 rx1 wz1", "p2 rz1 rx0"],
        ["p0 wx1", "p0 wx2", "p1 rx2", "p1 wy1", "p2 ry1", "p2 rx1"],
    ])
    func `what misses a write that came before what was seen is not causal`(lines: [String]) {
        #expect(Self.broken(lines) == .causal)
    }

    @Test(arguments: [
        ["p0 wx1 wy1", "p1 rx0 ry1"],
        ["p0 wx1", "p0 rx0"],
        ["p0 rx1 rx2", "p1 wx1", "p2 wx2"],
    ])
    func `what sees part of a transaction is not read atomic`(lines: [String]) {
        #expect(Self.broken(lines) == .readAtomic)
    }

    @Test(arguments: [
        ["p0 wx1 wy1", "p1 ry1 rx0"],
        ["p0 rx9"],
        ["p0 wx1 !", "p1 rx1"],
        ["p0 wx1 wx2", "p1 rx1"],
        ["p0 wx1 rx2", "p1 wx2"],
        ["p0 rx1 wx1"],
        ["p0 rx1", "p0 wy1", "p1 ry1", "p1 wx1"],
    ])
    func `what sees a newer state first and an older one then is not read committed`(
        lines: [String]
    ) {
        #expect(Self.broken(lines) == .readCommitted)
        let history = TransactionScript.registers(lines)
        for told in Transactions.check(history, .readCommitted).counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
    }
}
