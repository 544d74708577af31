import Histories

/// What a history tells of one key: what was done to it, and what was seen of it.
struct KeyDeeds {
    enum Deed: Hashable {
        case put(ValueID)
        case delete
        case add(Int64)
        /// To a list or a set.
        case element(ValueID)
    }

    struct Write {
        var deed: Deed
        var outcome: Outcome
        var invoked: Int64
        var completed: Int64
    }

    enum Shown: Hashable {
        case value(ValueID)
        case total(Int64)
        case list(Extent)
    }

    /// A read that was answered.
    struct Look {
        var shown: Shown
        var invoked: Int64
        var completed: Int64
    }

    var writes: [Write] = []
    var looks: [Look] = []

    var acknowledged: [Int] { writes.indices.filter { writes[$0].outcome == .ok } }

    /// What was seen after everything that was acknowledged; nil where nobody looked then.
    var last: Look? {
        guard let last = looks.max(by: { $0.invoked < $1.invoked }) else { return nil }
        let isLast = writes.allSatisfy { $0.outcome != .ok || $0.completed <= last.invoked }
        return isLast ? last : nil
    }

    /// By key, for every key of a history.
    static func all(of history: History) -> [KeyDeeds] {
        var keys = [KeyDeeds](repeating: KeyDeeds(), count: history.keys.count)
        for operation in history.operations {
            if case .transaction(let extent) = operation.action {
                for step in history.steps(extent) { keys.note(step, of: operation) }
            } else {
                keys.note(operation)
            }
        }
        return keys
    }
}

extension [KeyDeeds] {
    fileprivate mutating func note(_ operation: RecordedOperation) {
        let key = operation.key
        switch operation.action {
        case .read(let value?): look(key, .value(value), operation)
        case .write(let value): write(key, .put(value), operation)
        case .compareAndSet(_, let to, let swapped):
            // One that was answered says whether it happened.
            if operation.outcome == .unknown || swapped == true {
                write(key, .put(to), operation)
            }
        case .delete: write(key, .delete, operation)
        case .add(let amount, _): write(key, .add(amount), operation)
        case .readCounter(let total?): look(key, .total(total), operation)
        case .insert(let value), .append(let value): write(key, .element(value), operation)
        case .readAll(let extent?): look(key, .list(extent), operation)
        case .transfer(let from, let to, let amount):
            write(from, .add(-amount), operation)
            write(to, .add(amount), operation)
        case .read(nil), .readCounter(nil), .readAll(nil), .acquire, .release, .transaction: break
        }
    }

    fileprivate mutating func note(_ step: TransactionStep, of operation: RecordedOperation) {
        switch step.kind {
        case .read(let value?): look(step.key, .value(value), operation)
        case .write(let value): write(step.key, .put(value), operation)
        case .append(let value): write(step.key, .element(value), operation)
        case .readAll(let extent?): look(step.key, .list(extent), operation)
        case .readNumber(let number?): look(step.key, .total(number), operation)
        case .read(nil), .readAll(nil), .readNumber(nil): break
        }
    }

    private mutating func write(
        _ key: KeyID,
        _ deed: KeyDeeds.Deed,
        _ operation: RecordedOperation
    ) {
        guard indices.contains(Int(key.rawValue)) else { return }
        self[Int(key.rawValue)].writes.append(
            KeyDeeds.Write(
                deed: deed,
                outcome: operation.outcome,
                invoked: operation.invoked,
                completed: operation.completed
            )
        )
    }

    private mutating func look(
        _ key: KeyID,
        _ shown: KeyDeeds.Shown,
        _ operation: RecordedOperation
    ) {
        guard operation.outcome == .ok, indices.contains(Int(key.rawValue)) else { return }
        self[Int(key.rawValue)].looks.append(
            KeyDeeds.Look(
                shown: shown,
                invoked: operation.invoked,
                completed: operation.completed
            )
        )
    }
}
