import Consistency
import Histories

/// What isolation costs.
enum TransactionFigures {
    private static let seed: UInt64 = 20_261_121

    static var all: [Figure] {
        let sizes = [(10_000, 0.2), (100_000, 2), (1_000_000, 20)]
        return sizes.map { count, bar in
            generated("\(count) list-append transactions", count, .lists, ListAppend.self, bar)
        } + [
            generated(
                "1000000 register transactions",
                1_000_000,
                .registers,
                ReadWriteRegister.self,
                20
            ),
            generated(
                "the same, causally consistent",
                1_000_000,
                .registers,
                Transactions.self,
                20
            ),
            knot("one circle of 100,000 transactions", ring(of: 100_000)),
            knot("100,000 transactions of 2,000 clients, tangled", tangle),
        ]
    }

    private static func generated(
        _ name: String,
        _ transactions: Int,
        _ data: SimulatedTransactions.Data,
        _ model: any HistoryModel.Type,
        _ bar: Double
    ) -> Figure {
        Figure(name: name, secondsBar: bar, megabytesBar: 4_000) {
            let history = SimulatedTransactions(
                promise: .strictSerializable,
                data: data,
                transactions: transactions,
                clients: 20,
                keys: 20,
                seed: seed
            ).history()
            let (seconds, conclusion) = median(of: transactions < 1_000_000 ? 5 : 1) {
                model.check(history, CheckOptions())
            }
            let nanoseconds = Int(seconds * 1e9) / transactions
            return Figure.Outcome(
                seconds: seconds,
                problem: conclusion.verdict == .valid ? nil : "\(conclusion.verdict)",
                note: "\(nanoseconds) ns a transaction"
            )
        }
    }

    /// Transactions that all depend on each other: the answer must be definite.
    private static func knot(_ name: String, _ make: @escaping @autoclosure () -> History) -> Figure
    {
        Figure(name: name, secondsBar: 20, megabytesBar: 4_000) {
            let history = make()
            let (seconds, conclusion) = median(of: 1) {
                ListAppend.check(history, CheckOptions(level: .serializable))
            }
            let isTold = !conclusion.counterexamples.isEmpty
            return Figure.Outcome(
                seconds: seconds,
                problem: conclusion.verdict.name == "invalid" && isTold
                    ? nil : "\(conclusion.verdict)",
                note: conclusion.notes.joined(separator: "; ")
            )
        }
    }

    private static var tangle: History {
        SimulatedTransactions(
            promise: .readCommitted,
            transactions: 100_000,
            clients: 2_000,
            keys: 50,
            seed: seed
        ).history()
    }

    /// Each transaction misses what the one before it appends.
    private static func ring(of count: Int) -> History {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let keys = (0..<count).map { builder.key("k\($0)") }
        let element = builder.value("1")
        let operations = keys.indices.map { place in
            let nothing = builder.list([])
            let steps = builder.steps([
                TransactionStep(key: keys[place], kind: .readAll(nothing)),
                TransactionStep(key: keys[(place + 1) % count], kind: .append(element)),
            ])
            return RecordedOperation(
                process: UInt32(place),
                key: keys[place],
                action: .transaction(steps),
                outcome: .ok,
                invoked: 0,
                completed: 1
            )
        }
        var history = builder.history
        history.operations = operations
        return history
    }
}
