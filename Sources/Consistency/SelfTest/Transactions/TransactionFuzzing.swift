public import Histories

/// Seeded small histories of transactions, some of them spoilt.
public struct TransactionFuzzing {
    private var dice: Dice

    public init(seed: UInt64) {
        dice = Dice(seed: seed ^ 0x7a15)
    }

    /// A number from 0 up to, not including, `bound`.
    public mutating func below(_ bound: Int) -> Int { dice.roll(bound) }

    /// A history of a store that keeps its promise, then spoilt in up to two places.
    public mutating func history(
        _ promise: SimulatedTransactions.Promise,
        _ data: SimulatedTransactions.Data,
        transactions: Int,
        seed: UInt64
    ) -> History {
        var store = SimulatedTransactions(
            promise: promise,
            data: data,
            transactions: transactions,
            clients: 2 + below(3),
            keys: 2,
            writesPerKey: 100,
            steps: 3,
            lost: below(2) * 15,
            refused: 0,
            seed: seed
        )
        store.keys = 1 + below(3)
        var history = store.history()
        for _ in 0..<below(3) { spoil(&history) }
        return history
    }

    /// Changes what one read found: to what another read of the key found, or to less of it.
    private mutating func spoil(_ history: inout History) {
        let reads = history.steps.indices.filter { step in
            switch history.steps[step].kind {
            case .readAll(.some), .read(.some): true
            default: false
            }
        }
        guard !reads.isEmpty else { return }
        let place = reads[below(reads.count)]
        let key = history.steps[place].key
        let others = reads.filter { history.steps[$0].key == key }
        let other = others[below(others.count)]
        guard case .readAll(let extent?) = history.steps[other].kind else {
            history.steps[place].kind = history.steps[other].kind
            return
        }
        let fewer = below(3) == 0 ? UInt32(below(Int(extent.count) + 1)) : extent.count
        history.steps[place].kind = .readAll(Extent(start: extent.start, count: fewer))
    }

    /// Adds a transaction that reads every list after all others.
    public static func withLastRead(_ history: History) -> History {
        var history = history
        var longest: [UInt32: [ValueID]] = [:]
        for operation in history.operations where operation.outcome != .failed {
            guard case .transaction(let extent) = operation.action else { continue }
            for step in history.steps(extent) {
                guard case .readAll(let found?) = step.kind else { continue }
                let list = Array(history.elements(found))
                if list.count > longest[step.key.rawValue]?.count ?? 0 {
                    longest[step.key.rawValue] = list
                }
            }
        }
        for operation in history.operations where operation.outcome == .ok {
            guard case .transaction(let extent) = operation.action else { continue }
            for step in history.steps(extent) {
                guard case .append(let value) = step.kind,
                    longest[step.key.rawValue]?.contains(value) != true
                else { continue }
                longest[step.key.rawValue, default: []].append(value)
            }
        }
        let start = UInt32(history.steps.count)
        for key in longest.keys.sorted() {
            let elements = longest[key] ?? []
            let extent = Extent(
                start: UInt32(history.elements.count),
                count: UInt32(elements.count)
            )
            history.elements += elements
            history.steps.append(
                TransactionStep(key: KeyID(rawValue: key), kind: .readAll(extent))
            )
        }
        let end =
            history.operations.map { $0.outcome == .ok ? $0.completed : $0.invoked }.max() ?? 0
        history.operations.append(
            RecordedOperation(
                process: 999,
                key: KeyID(rawValue: 0),
                action: .transaction(
                    Extent(start: start, count: UInt32(history.steps.count) - start)
                ),
                outcome: .ok,
                invoked: end + 1,
                completed: end + 2
            )
        )
        return history
    }
}
