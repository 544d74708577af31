import Consistency
import Histories
import Testing

/// The judges against an oracle that tries every order.
@Suite struct TransactionOracleTests {
    static let seeds: [UInt64] = (0..<4).map { $0 * 10_000 }
    static let eachSeed = 150

    struct Disagreement: CustomStringConvertible {
        var seed: UInt64
        var level: IsolationLevel
        var isInvalid: Bool
        var description: String { "seed \(seed), \(level.rawValue), invalid: \(isInvalid)" }
    }

    static func isInvalid(_ conclusion: Conclusion) -> Bool {
        if case .invalid = conclusion.verdict { true } else { false }
    }

    /// - Parameter judge: What is tried; the real one, or one with a fault.
    static func disagreements(
        from first: UInt64,
        judge: (History, IsolationLevel) -> Bool
    ) -> (found: [Disagreement], invalid: Int) {
        var found: [Disagreement] = []
        var invalid = 0
        for seed in first..<first + UInt64(eachSeed) {
            var fuzzing = TransactionFuzzing(seed: seed)
            let promises = SimulatedTransactions.Promise.allCases
            let promise = promises[fuzzing.below(promises.count)]
            var history = fuzzing.history(promise, .lists, transactions: 4, seed: seed)
            history = TransactionFuzzing.withLastRead(history)
            let oracle = TransactionOracle(history)
            let truths: [(IsolationLevel, Bool)] = [
                (.serializable, oracle.isSerializable(strict: false)),
                (.strictSerializable, oracle.isSerializable(strict: true)),
                (.snapshotIsolation, oracle.isSnapshotIsolated(strong: false)),
                (.strongSnapshotIsolation, oracle.isSnapshotIsolated(strong: true)),
            ]
            for (level, holds) in truths {
                if !holds { invalid += 1 }
                let says = judge(history, level)
                guard says == holds else { continue }
                found.append(Disagreement(seed: seed, level: level, isInvalid: says))
            }
        }
        return (found, invalid)
    }

    @Test(arguments: seeds)
    func `lists are judged as trying every order judges them`(seed: UInt64) {
        let result = Self.disagreements(from: seed) { history, level in
            // Whether an anomaly is told at length must not matter.
            let options = CheckOptions(level: level, explains: history.steps.count % 2 == 0)
            return Self.isInvalid(ListAppend.check(history, options))
        }
        #expect(result.found.isEmpty, "\(result.found.prefix(5))")
        #expect(result.invalid > Self.eachSeed / 4)
    }

    @Test func `a judge with a fault is found out`() {
        let blind = Self.disagreements(from: 0) { _, _ in false }
        #expect(!blind.found.isEmpty)
        // A judge that takes one level for another.
        let hasty = Self.disagreements(from: 0) { history, level in
            let weaker: IsolationLevel = level == .strictSerializable ? .serializable : level
            return Self.isInvalid(ListAppend.check(history, weaker))
        }
        #expect(!hasty.found.isEmpty)
    }

    @Test(arguments: seeds)
    func `registers are called invalid exactly where no order explains them`(seed: UInt64) {
        let promises = SimulatedTransactions.Promise.allCases
        for seed in seed..<seed + UInt64(Self.eachSeed) {
            var fuzzing = TransactionFuzzing(seed: seed)
            let promise = promises[fuzzing.below(promises.count)]
            let history = fuzzing.history(promise, .registers, transactions: 5, seed: seed)
            let oracle = TransactionOracle(history)
            for (level, strict) in [
                (IsolationLevel.serializable, false), (.strictSerializable, true),
            ] {
                let isInvalid = Self.isInvalid(ReadWriteRegister.check(history, level))
                let holds = oracle.isSerializable(strict: strict)
                #expect(isInvalid != holds, "seed \(seed), \(level.rawValue)")
            }
        }
    }
}
