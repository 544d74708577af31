import Consistency
import Histories
import Testing

@Suite struct SessionTests {
    /// Plain reads and writes: `p1 0-10 wx1`.
    static func history(_ lines: [String]) -> History {
        var history = TransactionScript.registers(lines)
        for place in history.operations.indices {
            guard case .transaction(let extent) = history.operations[place].action,
                let step = history.steps(extent).first
            else { continue }
            history.operations[place].key = step.key
            switch step.kind {
            case .write(let value): history.operations[place].action = .write(value)
            case .read(let value): history.operations[place].action = .read(value)
            default: continue
            }
        }
        history.steps = []
        return history
    }

    static func check(_ lines: [String]) -> Conclusion {
        Session.check(history(lines), CheckOptions())
    }

    static func figures(_ lines: [String]) -> SessionFigures {
        var sum = SessionFigures()
        guard let keys = SessionFigures.Keys(history(lines), CheckOptions()) else { return sum }
        for key in keys.all { sum.add(keys.figures(of: key)) }
        return sum
    }

    static func violated(_ lines: [String]) -> [SessionGuarantee] {
        figures(lines).sessions.figures.filter { $0.violated > 0 }.map(\.guarantee)
    }

    @Test(
        arguments: [
            (["p1 0-10 wx1", "p1 20-30 rx0"], [SessionGuarantee.readYourWrites]),
            (["p1 0-10 wx1", "p1 20-30 wx2", "p1 40-50 rx1"], [.readYourWrites]),
            (["p1 0-10 wx1", "p2 20-30 wx2", "p3 40-50 rx2", "p3 60-70 rx1"], [.monotonicReads]),
            (
                ["p1 0-10 wx1", "p1 20-30 wx2", "p3 40-50 rx2", "p3 60-70 rx1"],
                [.monotonicReads, .monotonicWrites]
            ),
            (
                // The second write was made after its writer had found the first one.
                [
                    "p0 0-5 wx9", "p1 10-20 wx1", "p2 30-40 rx1", "p2 41-70 wx2", "p3 50-60 rx2",
                    "p3 80-90 rx9",
                ],
                [.monotonicReads, .writesFollowReads]
            ),
        ] as [([String], [SessionGuarantee])]
    )
    func `a broken guarantee is named`(lines: [String], expected: [SessionGuarantee]) {
        #expect(Self.violated(lines) == expected)
        let conclusion = Self.check(lines)
        #expect(conclusion.verdict.name == "invalid")
        #expect(conclusion.anomalies.isSuperset(of: expected.map(\.rawValue)))
        for told in conclusion.counterexamples {
            #expect((4...8).contains(told.lines.count), "\(told.lines)")
        }
    }

    @Test(arguments: [
        ["p1 0-10 wx1", "p1 20-30 rx1", "p2 20-30 rx1"],
        // Writes at the same time may be seen in either order.
        ["p1 0-100 wx1", "p2 0-100 wx2", "p3 10-20 rx1", "p3 30-40 rx2"],
        ["p1 0-100 wx1", "p2 0-100 wx2", "p3 10-20 rx2", "p3 30-40 rx1"],
        // Stale, but each client only goes forward.
        ["p1 0-10 wx1", "p2 20-30 wx2", "p3 40-50 rx1", "p3 60-70 rx2"],
        ["p1 0-10 wx1 ?", "p1 20-30 rx0", "p2 40-50 wy1", "p2 60-70 ry1"],
    ])
    func `what keeps every guarantee is valid`(lines: [String]) {
        #expect(Self.violated(lines).isEmpty)
        #expect(Self.check(lines).verdict == .valid, "\(Self.check(lines))")
    }

    @Test func `causality reaches across keys`() {
        let conclusion = Self.check([
            "p1 0-10 wx1", "p2 20-30 rx1", "p2 40-50 wy1", "p3 60-70 ry1", "p3 80-90 rx0",
        ])
        #expect(conclusion.verdict.name == "invalid")
        #expect(conclusion.anomalies == ["causality-violation"])
    }

    @Test(arguments: [[], ["p1 0-10 wx1"], ["p1 0-10 rx0"], ["p1 0-10 wx1 ?", "p1 20-30 rx0"]])
    func `without a write or a read nothing is known`(lines: [String]) {
        #expect(Self.check(lines).verdict.name == "unknown")
    }

    @Test func `values that are not unique break the assumption`() {
        let conclusion = Self.check(["p1 0-10 wx1", "p1 20-30 wx1", "p1 40-50 rx1"])
        #expect(conclusion.verdict.name == "assumption-violated")
    }

    @Test func `staleness is told in time and versions`() {
        let account = Self.figures([
            "p1 0-10 wx1", "p1 20-30 wx2", "p1 40-50 wx3", "p2 35-45 rx1", "p2 60-70 rx1",
            "p3 1060-1070 rx1", "p3 1080-1090 rx3",
        ]).staleness
        #expect(account.reads == 4)
        #expect(account.staleReads == 3)
        // The second value was there at 30.
        #expect(account.nanoseconds.largest == 1030)
        #expect(account.nanoseconds.quantile(0.01) == 5)
        #expect(account.versions.largest == 2)
        #expect(account.versions.quantile(0.01) == 1)
    }

    @Test func `a value is there once it was read, whatever its writer was told`() {
        let account = Self.figures([
            "p1 0-10 wx1", "p2 20-90 wx2 ?", "p3 30-40 rx2", "p4 100-110 rx1",
        ]).staleness
        #expect(account.staleReads == 1)
        #expect(account.nanoseconds.largest == 60)
    }

    @Test func `figures of parts add up to those of the whole`() {
        let lines = ["p1 0-10 wx1", "p1 20-30 rx0", "p2 0-10 wy1", "p2 20-30 ry0", "p2 40-50 ry1"]
        let whole = Self.figures(lines)
        #expect(whole.staleness.reads == 3)
        #expect(whole.staleness.staleReads == 2)
        #expect(whole.sessions.figures[0].checked == 3)
        #expect(whole.sessions.figures[0].violated == 2)
        #expect(whole.sessions.examples.count == 2)
    }
}

@Suite struct LagSpreadTests {
    @Test func `quantiles are right to a sixteenth, and the largest exactly`() {
        var spread = LagSpread()
        for lag in 1...1000 { spread.add(Int64(lag) * 1000) }
        #expect(spread.count == 1000)
        #expect(spread.largest == 1_000_000)
        #expect(spread.quantile(1) == 1_000_000)
        for (share, exact) in [(0.5, 500_000.0), (0.99, 990_000), (0.001, 1000)] {
            let found = Double(spread.quantile(share))
            #expect(found >= exact && found <= exact * 17 / 16, "\(share): \(found)")
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 1 << 40, .max] as [Int64])
    func `one lag is every quantile`(lag: Int64) {
        var spread = LagSpread()
        spread.add(lag)
        #expect(spread.quantile(0.5) == lag)
        var sum = LagSpread()
        sum.add(spread)
        #expect(sum == spread)
    }
}
