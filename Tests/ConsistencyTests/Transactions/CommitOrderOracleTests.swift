import Consistency
import Histories
import Testing

@Suite struct CommitOrderOracleTests {
    static let levels: [IsolationLevel] = [.readCommitted, .readAtomic, .causal]

    /// A few sessions of transactions whose reads find anything that was ever written.
    static func history(seed: UInt64) -> History {
        var fuzzing = TransactionFuzzing(seed: seed)
        let sessions = 2 + fuzzing.below(3)
        let count = 3 + fuzzing.below(4)
        let keys = ["x", "y", "z"].prefix(1 + fuzzing.below(3))
        var lines: [[String]] = Array(repeating: [], count: count)
        var written: [String: [Int]] = [:]
        var number = 1
        var shapes: [[(key: String, isRead: Bool)]] = []
        for _ in 0..<count {
            let steps = 1 + fuzzing.below(3)
            shapes.append(
                (0..<steps).map { _ in
                    (keys[fuzzing.below(keys.count)], fuzzing.below(2) == 0)
                }
            )
        }
        for (place, shape) in shapes.enumerated() {
            for step in shape where !step.isRead && number < 10 {
                written[step.key, default: []].append(number)
                lines[place].append("w\(step.key)\(number)")
                number += 1
            }
        }
        for (place, shape) in shapes.enumerated() {
            for step in shape where step.isRead {
                let choices = [0] + (written[step.key] ?? [])
                let value = choices[fuzzing.below(choices.count)]
                lines[place].insert("r\(step.key)\(value)", at: 0)
            }
        }
        return TransactionScript.registers(
            lines.filter { !$0.isEmpty }.map { steps in
                "p\(fuzzing.below(sessions)) " + steps.joined(separator: " ")
            }
        )
    }

    static func disagreements(
        from first: UInt64,
        count: UInt64,
        judge: (History, IsolationLevel) -> Bool
    ) -> (found: [String], held: Int, broken: Int) {
        var (found, held, broken) = ([String](), 0, 0)
        for seed in first..<first + count {
            let history = history(seed: seed)
            let oracle = CommitOrderOracle(history)
            for level in levels {
                let truth = oracle.holds(level)
                if truth { held += 1 } else { broken += 1 }
                if judge(history, level) == truth {
                    found.append("seed \(seed), \(level.rawValue), holds: \(truth)")
                }
            }
        }
        return (found, held, broken)
    }

    static func isInvalid(_ history: History, _ level: IsolationLevel) -> Bool {
        TransactionOracleTests.isInvalid(Transactions.check(history, level))
    }

    @Test(arguments: [0, 100_000, 200_000, 300_000] as [UInt64])
    func `sessions are judged as trying every commit order judges them`(seed: UInt64) {
        let result = Self.disagreements(from: seed, count: 400, judge: Self.isInvalid)
        #expect(result.found.isEmpty, "\(result.found.prefix(5))")
        #expect(min(result.held, result.broken) > 100, "\(result.held), \(result.broken)")
    }

    @Test func `a judge with a fault is found out`() {
        let hasty = Self.disagreements(from: 0, count: 400) { history, level in
            Self.isInvalid(history, level == .causal ? .readAtomic : level)
        }
        #expect(!hasty.found.isEmpty)
    }
}
