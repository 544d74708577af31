import Consistency
import Histories
import Testing

@Suite struct ReadWriteRegisterTests {
    static let all = Set(IsolationLevel.allCases)
    static let serializableUp: Set<IsolationLevel> = [.serializable, .strictSerializable]
    static let snapshotUp = serializableUp.union([.snapshotIsolation, .strongSnapshotIsolation])
    static let strongUp: Set<IsolationLevel> = [.strongSnapshotIsolation, .strictSerializable]

    static let cases = [
        ListAppendTests.Case(anomaly: "G1a", lines: ["wx1 !", "rx1"], breaks: all),
        ListAppendTests.Case(anomaly: "G1b", lines: ["wx1 wx2", "rx1"], breaks: all),
        ListAppendTests.Case(anomaly: "G1c", lines: ["wx1 ry1", "wy1 rx1"], breaks: all),
        ListAppendTests.Case(anomaly: "garbage-read", lines: ["wx1", "rx9"], breaks: all),
        ListAppendTests.Case(
            anomaly: "cyclic-versions",
            lines: ["rx2 wx1", "rx1 wx2"],
            breaks: all
        ),
        ListAppendTests.Case(
            anomaly: "internal",
            lines: ["wx1 rx2", "wx2", "rx1"],
            breaks: all.subtracting([.readCommitted])
        ),
        ListAppendTests.Case(
            anomaly: "future-read",
            lines: ["rx1 wx1", "rx1"],
            breaks: all.subtracting([.readCommitted])
        ),
        ListAppendTests.Case(
            anomaly: "non-repeatable-read",
            lines: ["rx0 rx1", "wx1"],
            breaks: all.subtracting([.readCommitted])
        ),
        ListAppendTests.Case(
            anomaly: "lost-update",
            lines: ["rx0 wx1", "rx0 wx2", "rx1"],
            breaks: snapshotUp.union([.repeatableRead])
        ),
        ListAppendTests.Case(
            anomaly: "fractured-read",
            lines: ["wx1 wy1", "rx0 ry1"],
            breaks: all.subtracting([.readCommitted])
        ),
        ListAppendTests.Case(
            anomaly: "G2-item",
            lines: ["rx0 wy1", "ry0 wx1", "rx1 ry1"],
            breaks: serializableUp.union([.repeatableRead])
        ),
        ListAppendTests.Case(
            anomaly: "causality-violation",
            lines: ["p0 wx1", "p0 rx0"],
            breaks: strongUp.union([.causal])
        ),
        ListAppendTests.Case(
            anomaly: "G-single-realtime",
            lines: ["0-10 wx1", "20-30 wx2", "40-50 rx1"],
            breaks: strongUp
        ),
        ListAppendTests.Case(
            anomaly: "G-single-process",
            lines: ["p0 wx1", "p0 wx2", "p0 rx1"],
            breaks: strongUp.union([.causal])
        ),
    ]

    @Test func `what was changed first comes before every blind write`() {
        let history = TransactionScript.registers(["ry0 wy1", "wy2 rx0", "wx3 ry1"])
        let broken = ReadWriteRegister.broken(history)
        #expect(broken == Self.serializableUp.union([.repeatableRead]))
        let conclusion = ReadWriteRegister.check(history, .serializable)
        #expect(conclusion.anomalies == ["G2-item"], "\(conclusion)")
    }

    @Test func `blind writes are tried in every order`() {
        // Either order of 1 and 2 contradicts one of the two pairs of readers.
        let history = TransactionScript.registers([
            "wx1", "wx2", "rx1 wa1", "rx2 wb1", "rx1 rb1", "rx2 ra1",
        ])
        let conclusion = ReadWriteRegister.check(history, .serializable)
        #expect(conclusion.verdict.name == "invalid", "\(conclusion)")
        #expect(conclusion.anomalies == ["no-serial-order"], "\(conclusion)")
        for told in conclusion.counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
        // One pair of readers alone tells the order.
        let half = TransactionScript.registers(["wx1", "wx2", "rx1 wa1", "rx2", "rx2 ra1"])
        #expect(ReadWriteRegister.check(half, .serializable).verdict == .valid)
    }

    @Test func `an order that is not found within the budget is not known`() {
        let history = TransactionScript.registers(["wx1", "wx2", "rx1 wa1", "rx2", "rx2 ra1"])
        var options = CheckOptions(level: .serializable)
        options.budget.states = 2
        let verdict = ReadWriteRegister.check(history, options).verdict
        #expect(verdict.name == "unknown", "\(verdict)")
    }

    @Test(arguments: cases)
    func `an anomaly is found, and rules out what forbids it and nothing else`(
        example: ListAppendTests.Case
    ) {
        let history = TransactionScript.registers(example.lines)
        let conclusion = ReadWriteRegister.check(history, .strictSerializable)
        #expect(conclusion.anomalies.contains(example.anomaly), "\(conclusion)")
        #expect(ReadWriteRegister.broken(history) == example.breaks, "\(conclusion.notes)")
        for told in conclusion.counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
    }

    @Test(arguments: [
        ["wx1", "rx1"], ["wx1 rx1 wx2", "rx2", "rx0"], ["0-10 wx1", "5-20 wx2", "30-40 rx1"],
        ["wx1 ?", "rx1 wx2", "rx2"], ["wx1 ?", "rx0 wx2", "rx2"],
    ])
    func `what could have happened one after the other is valid`(lines: [String]) {
        let history = TransactionScript.registers(lines)
        let conclusion = ReadWriteRegister.check(history, .strictSerializable)
        #expect(conclusion.verdict == .valid, "\(conclusion)")
    }

    @Test(arguments: [
        [], ["wx1"], ["rx0"], ["wx1 ?", "rx0"], ["wx1 ?", "rx1"], ["wx1 !", "rx0"],
    ])
    func `what relates nothing is unknown`(lines: [String]) {
        for model in [any HistoryModel.Type](
            arrayLiteral: ReadWriteRegister.self,
            Transactions.self
        ) {
            let conclusion = model.check(TransactionScript.registers(lines), CheckOptions())
            #expect(conclusion.verdict.name == "unknown", "\(conclusion)")
        }
    }

    @Test func `values that are not unique break the assumption`() {
        let history = TransactionScript.registers(["wx1", "wx1", "rx1"])
        for model in [any HistoryModel.Type](
            arrayLiteral: ReadWriteRegister.self,
            Transactions.self
        ) {
            let conclusion = model.check(history, CheckOptions())
            #expect(conclusion.verdict.name == "assumption-violated", "\(conclusion)")
        }
    }

    /// The reads alone let 2 stand before 1; the order of the clock, or of the client, does not.
    @Test(arguments: CheckOptions.KeyOrder.allCases)
    func `an order known of each key counts for weaker models too`(order: CheckOptions.KeyOrder) {
        let byTime = TransactionScript.registers([
            "p0 0-10 wx1", "p1 20-30 wx2 wy5", "p2 40-50 rx1 ry5",
        ])
        let byClient = TransactionScript.registers(["p0 wx1", "p0 wx2 wy5", "p1 rx1 ry5"])
        let options = CheckOptions(level: .serializable, keyOrder: order)
        let timed = ReadWriteRegister.check(byTime, options)
        #expect((timed.verdict.name == "invalid") == (order == .linearizable), "\(timed)")
        let ordered = ReadWriteRegister.check(byClient, options)
        #expect((ordered.verdict.name == "invalid") == (order != .unknown), "\(ordered)")
        for told in timed.counterexamples + ordered.counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
    }
}
