import Consistency
import Histories
import Testing

@Suite struct BankTests {
    /// Reads of the balances of accounts 0 and on, with one transfer before them unless told not.
    static func history(_ reads: [[Int64?]], transfers: Bool = true) -> History {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let accounts = (0..<6).map { builder.key("\($0)") }
        let transfer = Action.transfer(from: accounts[0], to: accounts[1], amount: 1)
        var operations: [(Action, Outcome)] = transfers ? [(transfer, .ok)] : [(transfer, .unknown)]
        for read in reads {
            let steps = read.enumerated().map { account, balance in
                TransactionStep(key: accounts[account], kind: .readNumber(balance))
            }
            operations.append((.transaction(builder.steps(steps)), .ok))
        }
        var history = builder.history
        history.operations = operations.enumerated().map { place, operation in
            RecordedOperation(
                process: 0,
                key: KeyID(rawValue: 0),
                action: operation.0,
                outcome: operation.1,
                invoked: Int64(place) * 10,
                completed: Int64(place) * 10 + 5
            )
        }
        return history
    }

    static func check(_ reads: [[Int64?]], transfers: Bool = true) -> Conclusion {
        Bank.check(history(reads, transfers: transfers), CheckOptions())
    }

    @Test func `an account may be overdrawn where the options say so`() {
        let options = CheckOptions(allowsOverdraft: true)
        #expect(Bank.check(Self.history([[5, 5], [11, -1]]), options).verdict == .valid)
        #expect(Bank.check(Self.history([[5, 5], [11, 0]]), options).verdict.name == "invalid")
    }

    @Test func `a total that stays is valid`() {
        #expect(Self.check([[5, 5], [4, 6], [10, 0]]).verdict == .valid)
    }

    @Test(
        arguments: [
            ("wrong-total", [[5, 5], [4, 5]]), ("negative-value", [[5, 5], [11, -1]]),
            ("nil-balance", [[5, 5], [10, nil]]), ("unexpected-key", [[5, 5], [5, 5, 0]]),
            ("wrong-total", [[5, 5], [.max, 1]]), ("negative-value", [[11, -1]]),
        ] as [(String, [[Int64?]])]
    )
    func `a read that no moment explains is invalid`(anomaly: String, reads: [[Int64?]]) {
        let conclusion = Self.check(reads)
        #expect(conclusion.verdict.name == "invalid")
        #expect(conclusion.anomalies == [anomaly])
        for told in conclusion.counterexamples { #expect((4...8).contains(told.lines.count)) }
    }

    @Test func `without a transfer or a read nothing is known`() {
        #expect(Self.check([[5, 5]], transfers: false).verdict.name == "unknown")
        #expect(Self.check([]).verdict.name == "unknown")
    }

    @Test func `where nobody asked for a transfer the balances are checked`() {
        var history = Self.history([[5, 5], [6, 4]])
        history.operations.removeFirst()
        #expect(Bank.check(history, CheckOptions()).verdict == .valid)
        history.operations.removeFirst()
        #expect(Bank.check(history, CheckOptions()).verdict.name == "unknown")
    }

    @Test func `the total may be told`() {
        var history = Self.history([[5, 5]])
        let initial = ValueID(rawValue: history.values.number(of: "11"))
        #expect(Bank.check(history, CheckOptions(initial: initial)).verdict.name == "invalid")
    }
}

@Suite struct LongForkTests {
    static func check(_ lines: [String]) -> Conclusion {
        LongFork.check(TransactionScript.registers(lines), CheckOptions())
    }

    @Test func `two reads that each miss what the other saw are a fork`() {
        let conclusion = Self.check(["wx1", "wy1", "rx1 ry0", "rx0 ry1"])
        #expect(conclusion.verdict.name == "invalid")
        #expect(conclusion.anomalies == ["long-fork"])
        for told in conclusion.counterexamples { #expect((4...8).contains(told.lines.count)) }
    }

    @Test func `a fork among many reads is found`() {
        let lines = [
            "wx1", "wy1", "wz1", "rx0 ry0 rz0", "rx1 ry0 rz0", "rx1 ry0 rz1", "rx1 ry1 rz1",
        ]
        #expect(Self.check(lines).verdict == .valid)
        #expect(Self.check(lines + ["ry1 rx1 rz0"]).verdict.name == "invalid")
    }

    @Test func `reads of other keys are not compared`() {
        #expect(Self.check(["wx1", "wy1", "wz1", "rx1 ry0", "rz0 ry1"]).verdict == .valid)
    }

    @Test func `a key that was written twice breaks the assumption`() {
        let verdict = Self.check(["wx1", "wx2", "wy1", "rx1 ry0", "rx0 ry1"]).verdict
        #expect(verdict.name == "assumption-violated")
    }

    @Test func `without writes or reads of several keys nothing is known`() {
        #expect(Self.check(["rx0 ry0"]).verdict.name == "unknown")
        #expect(Self.check(["wx1", "rx1"]).verdict.name == "unknown")
        #expect(Self.check(["wx1 ?", "rx0 ry0"]).verdict.name == "unknown")
    }
}
