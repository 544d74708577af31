import Histories

extension History {
    /// The same history, with names only for what occurs.
    func compacted() -> History {
        var compact = History(clock: clock)
        compact.nanoseconds = nanoseconds
        compact.nameProcesses(as: self)
        func key(_ old: KeyID) -> KeyID {
            guard Int(old.rawValue) < keys.count else { return KeyID(rawValue: 0) }
            return KeyID(rawValue: compact.keys.number(of: text(of: old)))
        }
        func value(_ old: ValueID) -> ValueID {
            old == .absent ? old : ValueID(rawValue: compact.values.number(of: text(of: old)))
        }
        func list(_ extent: Extent) -> Extent { compact.adding(elements(extent).map(value)) }
        func step(_ step: TransactionStep) -> TransactionStep {
            let kind: TransactionStep.Kind =
                switch step.kind {
                case .read(let seen): .read(seen.map(value))
                case .write(let written): .write(value(written))
                case .append(let appended): .append(value(appended))
                case .readAll(let extent): .readAll(extent.map(list))
                case .readNumber: step.kind
                }
            return TransactionStep(key: key(step.key), kind: kind)
        }
        for operation in operations {
            var kept = operation
            switch operation.action {
            case .read(let seen): kept.action = .read(seen.map(value))
            case .write(let written): kept.action = .write(value(written))
            case .compareAndSet(let from, let to, let swapped):
                kept.action = .compareAndSet(from: value(from), to: value(to), swapped: swapped)
            case .insert(let inserted): kept.action = .insert(value(inserted))
            case .append(let appended): kept.action = .append(value(appended))
            case .readAll(let extent): kept.action = .readAll(extent.map(list))
            case .transfer(let from, let to, let amount):
                kept.action = .transfer(from: key(from), to: key(to), amount: amount)
            case .transaction(let extent):
                let steps = self.steps(extent).map(step)
                kept.action = .transaction(compact.adding(steps))
            case .delete, .add, .readCounter, .acquire, .release: break
            }
            switch operation.action {
            case .transaction, .transfer: kept.key = KeyID(rawValue: 0)
            default: kept.key = key(operation.key)
            }
            compact.operations.append(kept)
        }
        return compact
    }
}
