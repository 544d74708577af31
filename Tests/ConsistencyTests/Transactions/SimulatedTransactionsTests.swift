import Consistency
import Histories
import Testing

@Suite struct SimulatedTransactionsTests {
    static let seeds: [UInt64] = Array(1...12)

    static func history(
        _ promise: SimulatedTransactions.Promise,
        _ data: SimulatedTransactions.Data,
        seed: UInt64
    ) -> History {
        SimulatedTransactions(promise: promise, data: data, transactions: 400, seed: seed).history()
    }

    static func model(_ data: SimulatedTransactions.Data) -> any HistoryModel.Type {
        data == .lists ? ListAppend.self : ReadWriteRegister.self
    }

    @Test(arguments: seeds)
    func `a store that keeps its promise is valid`(seed: UInt64) {
        for data in [SimulatedTransactions.Data.lists, .registers] {
            for (promise, levels) in [
                (SimulatedTransactions.Promise.strictSerializable, IsolationLevel.allCases),
                (.snapshotIsolation, [.snapshotIsolation, .strongSnapshotIsolation, .causal]),
                (.readCommitted, [.readCommitted]),
            ] {
                let history = Self.history(promise, data, seed: seed)
                for level in levels {
                    let conclusion = Self.model(data).check(history, CheckOptions(level: level))
                    #expect(
                        conclusion.verdict == .valid,
                        "seed \(seed), \(promise), \(level): \(conclusion.counterexamples)"
                    )
                }
            }
        }
    }

    @Test func `a store that keeps less is found out`() {
        var (skewed, torn) = (0, 0)
        for seed in Self.seeds {
            let snapshots = Self.history(.snapshotIsolation, .lists, seed: seed)
            if !ListAppend.broken(snapshots).isDisjoint(with: [.serializable]) { skewed += 1 }
            let committed = Self.history(.readCommitted, .lists, seed: seed)
            if !ListAppend.broken(committed).isDisjoint(with: [.snapshotIsolation]) { torn += 1 }
        }
        #expect(skewed >= Self.seeds.count / 2)
        #expect(torn >= Self.seeds.count / 2)
    }

    @Test(arguments: [SimulatedTransactions.Data.lists, .registers])
    func `each planted fault is caught`(data: SimulatedTransactions.Data) {
        for fault in TransactionFault.allCases {
            var tried = 0
            for seed in Self.seeds {
                let good = Self.history(.strictSerializable, data, seed: seed)
                guard let bad = fault.plant(in: good, seed: seed) else { continue }
                tried += 1
                let verdict = Self.model(data).check(bad, .strictSerializable).verdict
                #expect(verdict.name == "invalid", "\(fault), seed \(seed)")
            }
            #expect(tried > Self.seeds.count / 2, "\(fault) was hardly tried")
        }
    }
}
