public import Histories

/// Tries every order of a few transactions: slow, and too simple to be wrong.
public struct TransactionOracle {
    private struct Transaction {
        var steps: [TransactionStep]
        var invoked: Int64
        var completed: Int64
        var mustHappen: Bool
    }

    private let history: History
    private let transactions: [Transaction]

    public init(_ history: History) {
        self.history = history
        transactions = history.operations.compactMap { operation in
            guard operation.outcome != .failed, case .transaction(let extent) = operation.action
            else { return nil }
            return Transaction(
                steps: Array(history.steps(extent)),
                invoked: operation.invoked,
                completed: operation.outcome == .ok ? operation.completed : .max,
                mustHappen: operation.outcome == .ok
            )
        }
    }

    private typealias State = [UInt32: [ValueID]]

    /// The state after a transaction that began from `snapshot`; nil if a read found something else.
    private func run(_ transaction: Transaction, from snapshot: State) -> State? {
        var state = snapshot
        for step in transaction.steps {
            let key = step.key.rawValue
            switch step.kind {
            case .append(let value), .write(let value): state[key, default: []].append(value)
            case .readAll(let extent?):
                if Array(history.elements(extent)) != state[key] ?? [] { return nil }
            case .read(let value?):
                if value != state[key]?.last ?? .absent { return nil }
            default: continue
            }
        }
        return state
    }

    /// Whether some order, each transaction whole, explains every read.
    public func isSerializable(strict: Bool) -> Bool {
        func explains(_ done: Int, _ state: State) -> Bool {
            if transactions.indices.allSatisfy({
                done & (1 << $0) != 0 || !transactions[$0].mustHappen
            }) {
                return true
            }
            return transactions.indices.contains { next in
                guard done & (1 << next) == 0 else { return false }
                if strict, comesAfterOthers(next, done) { return false }
                guard let after = run(transactions[next], from: state) else { return false }
                return explains(done | (1 << next), after)
            }
        }
        return explains(0, [:])
    }

    private func comesAfterOthers(_ next: Int, _ done: Int) -> Bool {
        transactions.indices.contains { other in
            done & (1 << other) == 0 && other != next
                && transactions[other].completed < transactions[next].invoked
        }
    }

    /// Whether some order of beginnings and commits does, where each transaction reads what was
    /// committed when it began, and none commits over what was committed since.
    public func isSnapshotIsolated(strong: Bool) -> Bool {
        struct Moment {
            var commits: [(state: State, writer: Int)] = [([:], -1)]
            var begun: [Int: Int] = [:]
            var done = 0
        }
        func keys(_ transaction: Int) -> Set<UInt32> {
            Set(
                transactions[transaction].steps.compactMap { step in
                    switch step.kind {
                    case .append, .write: step.key.rawValue
                    default: nil
                    }
                }
            )
        }
        let written = transactions.indices.map(keys)
        func explains(_ moment: Moment) -> Bool {
            let open = transactions.indices.filter { moment.done & (1 << $0) == 0 }
            if open.allSatisfy({ !transactions[$0].mustHappen }) { return true }
            for next in open {
                var later = moment
                guard let begun = moment.begun[next] else {
                    // What ended before it began was committed before it began.
                    if strong, comesAfterOthers(next, moment.done) { continue }
                    later.begun[next] = moment.commits.count - 1
                    if explains(later) { return true }
                    continue
                }
                let since = moment.commits[(begun + 1)...]
                if since.contains(where: { !written[$0.writer].isDisjoint(with: written[next]) }) {
                    continue
                }
                guard let after = run(transactions[next], from: moment.commits[begun].state) else {
                    continue
                }
                var state = moment.commits[moment.commits.count - 1].state
                for key in written[next] { state[key] = after[key] }
                later.commits.append((state, next))
                later.done |= 1 << next
                if explains(later) { return true }
            }
            return false
        }
        return explains(Moment())
    }
}
