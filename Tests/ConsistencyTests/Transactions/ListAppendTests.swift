import Consistency
import Histories
import Testing

@Suite struct ListAppendTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var anomaly: String
        var lines: [String]
        /// The weakest levels that it breaks; all that include them must be broken too.
        var breaks: Set<IsolationLevel>
        var testDescription: String { anomaly + ": " + lines.joined(separator: " | ") }
    }

    static let serializableUp: Set<IsolationLevel> = [.serializable, .strictSerializable]
    static let snapshotUp = serializableUp.union([.snapshotIsolation, .strongSnapshotIsolation])
    static let all = Set(IsolationLevel.allCases)
    static let strongUp: Set<IsolationLevel> = [.strongSnapshotIsolation, .strictSerializable]

    static let cases = [
        Case(anomaly: "G0", lines: ["ax1 ay1", "ax2 ay2", "rx12 ry21"], breaks: all),
        Case(anomaly: "G1a", lines: ["ax1 !", "rx1", "ay1", "ry1"], breaks: all),
        Case(anomaly: "G1b", lines: ["ax1 ax2", "rx1", "rx12"], breaks: all),
        Case(anomaly: "G1c", lines: ["ax1 ry1", "ay1 rx1"], breaks: all),
        Case(anomaly: "garbage-read", lines: ["ax1", "rx19"], breaks: all),
        Case(anomaly: "duplicate-elements", lines: ["ax1", "rx11"], breaks: all),
        Case(anomaly: "incompatible-order", lines: ["ax1", "ax2", "rx12", "rx21"], breaks: all),
        Case(anomaly: "dirty-update", lines: ["ax1 !", "ax2", "rx12"], breaks: all),
        Case(
            anomaly: "future-read",
            lines: ["rx1 ax1", "ay1", "ry1"],
            breaks: all.subtracting([.readCommitted])
        ),
        Case(
            anomaly: "internal",
            lines: ["ax1 rx", "rx1"],
            breaks: all.subtracting([.readCommitted])
        ),
        Case(
            anomaly: "lost-update",
            lines: ["rx ax1", "rx ax2", "ry1", "ay1"],
            breaks: snapshotUp.union([.repeatableRead])
        ),
        Case(
            anomaly: "G-single",
            lines: ["ax1 ay1", "rx ry1"],
            breaks: all.subtracting([.readCommitted])
        ),
        Case(
            anomaly: "G-single",
            lines: ["rx ay2", "ax1 ay1", "ry12"],
            breaks: snapshotUp.union([.repeatableRead])
        ),
        Case(
            anomaly: "G-nonadjacent",
            lines: ["rx rz1", "ax1 ay1", "ry1 rw", "aw1 az1"],
            breaks: snapshotUp.union([.repeatableRead])
        ),
        Case(
            anomaly: "G2-item",
            lines: ["rx ay1", "ry ax1", "rx1 ry1"],
            breaks: serializableUp.union([.repeatableRead])
        ),
        Case(
            anomaly: "G-single-process",
            lines: ["p0 ax1", "p0 rx", "rx1"],
            breaks: [.causal, .strongSnapshotIsolation, .strictSerializable]
        ),
        Case(
            anomaly: "G-single-realtime",
            lines: ["0-10 ax1", "20-30 rx", "0-40 rx1"],
            breaks: strongUp
        ),
        Case(
            anomaly: "G0-realtime",
            lines: ["0-10 ax1", "20-30 ax2", "0-40 rx21"],
            breaks: strongUp
        ),
        Case(
            anomaly: "G1c-realtime",
            lines: ["0-10 rx1", "20-30 ax1"],
            breaks: strongUp
        ),
        Case(
            anomaly: "G2-item-realtime",
            lines: ["0-10 rx ay1", "0-40 ry az1", "20-30 rz ax1", "50-60 rx1 ry1 rz1"],
            breaks: serializableUp.union([.repeatableRead])
        ),
    ]

    @Test(arguments: cases)
    func `an anomaly is found, and rules out what forbids it and nothing else`(example: Case) {
        let history = TransactionScript.lists(example.lines)
        let conclusion = ListAppend.check(history, .strictSerializable)
        if example.anomaly != "G2-item-realtime" {
            #expect(conclusion.anomalies.contains(example.anomaly), "\(conclusion)")
        }
        #expect(ListAppend.broken(history) == example.breaks, "\(conclusion.notes)")
        for told in conclusion.counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
    }

    @Test(arguments: [
        ["ax1", "rx1"],
        ["ax1 ay1", "rx1 ry1", "rx ry"],
        ["0-10 ax1", "5-20 rx", "12-30 rx1"],
        ["p0 ax1", "p0 rx1 ax2", "rx12"],
        ["ax1 ?", "rx", "ay1", "ry1"],
        ["ax1 ?", "rx1 ry", "ay1"],
        ["ax1 rx1 ax2 rx12", "rx12"],
    ])
    func `what could have happened one after the other is valid`(lines: [String]) {
        let conclusion = ListAppend.check(TransactionScript.lists(lines), .strictSerializable)
        #expect(conclusion.verdict == .valid, "\(conclusion)")
    }

    @Test(arguments: [
        [], ["rx"], ["rx", "ry"], ["ax1"], ["ax1", "ay1"], ["ax1 ?", "rx1 ?"], ["ax1 !", "rx"],
    ])
    func `what relates nothing is unknown`(lines: [String]) {
        let conclusion = ListAppend.check(TransactionScript.lists(lines), .strictSerializable)
        #expect(conclusion.verdict.name == "unknown", "\(conclusion)")
    }

    @Test func `elements that are not unique break the assumption`() {
        let history = TransactionScript.lists(["ax1", "ax1", "rx1"])
        let conclusion = ListAppend.check(history, .strictSerializable)
        #expect(conclusion.verdict.name == "assumption-violated")
    }

    @Test func `what failed may be tried again`() {
        let history = TransactionScript.lists(["ax1 !", "ax1", "rx1"])
        #expect(ListAppend.check(history, .strictSerializable).verdict == .valid)
    }

    @Test func `an appender that also read the last state does not precede itself`() {
        var lines = ["rx ax1"]
        for element in 2...9 { lines.append("ax\(element)") }
        for _ in 0..<9 { lines.append("rx") }
        let conclusion = ListAppend.check(TransactionScript.lists(lines), .serializable)
        #expect(conclusion.verdict == .valid, "\(conclusion)")
    }
}
