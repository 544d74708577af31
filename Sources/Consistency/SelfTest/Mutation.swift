import Histories

/// A fault put into a history that has none: whoever checks it must notice.
struct Mutation: Sendable {
    let name: String
    let kind: SimulatedObjects.Kind
    /// Puts the fault in; nil where the history has no place for it.
    let apply: @Sendable (History, inout Dice) -> History?

    static let all = [
        Mutation(name: "stale read", kind: .register, apply: staleRead),
        Mutation(name: "lost write", kind: .register, apply: lostWrite),
        Mutation(name: "resurrected delete", kind: .deletes, apply: resurrectedDelete),
        Mutation(name: "swap that found another value", kind: .swaps, apply: wrongSwap),
    ]

    /// A read, the operation that wrote what it read, and one before that.
    private struct Site {
        var read: Int
        var newer: Int
        var older: Int
    }

    /// Reads of a value written entirely after another and entirely before them.
    private static func site(
        in history: History,
        _ dice: inout Dice,
        changes: (Action) -> Bool,
        olders: (Action) -> Bool
    ) -> Site? {
        let operations = history.operations
        var sites: [Site] = []
        for (read, operation) in operations.enumerated() {
            guard operation.outcome == .ok, case .read(let seen?) = operation.action else {
                continue
            }
            let before = operations.indices.filter {
                operations[$0].outcome == .ok && operations[$0].key == operation.key
                    && operations[$0].completed < operation.invoked
            }
            for newer in before where changes(operations[newer].action) {
                guard written(by: operations[newer]) == seen else { continue }
                for older in before
                where operations[older].completed < operations[newer].invoked
                    && olders(operations[older].action)
                {
                    sites.append(Site(read: read, newer: newer, older: older))
                }
            }
        }
        return sites.isEmpty ? nil : sites[dice.roll(sites.count)]
    }

    private static func written(by operation: RecordedOperation) -> ValueID? {
        switch operation.action {
        case .write(let value): value
        case .delete: .absent
        default: nil
        }
    }

    private static func isWrite(_ action: Action) -> Bool {
        if case .write = action { return true }
        return false
    }

    private static func staleRead(_ history: History, _ dice: inout Dice) -> History? {
        guard let site = site(in: history, &dice, changes: isWrite, olders: isWrite) else {
            return nil
        }
        var history = history
        history.operations[site.read].action = .read(written(by: history.operations[site.older]))
        return history
    }

    private static func lostWrite(_ history: History, _ dice: inout Dice) -> History? {
        guard let site = site(in: history, &dice, changes: isWrite, olders: isWrite) else {
            return nil
        }
        var history = history
        let lost = written(by: history.operations[site.newer])
        let older = written(by: history.operations[site.older])
        for place in history.operations.indices
        where history.operations[place].action == .read(lost) {
            history.operations[place].action = .read(older)
        }
        return history
    }

    private static func resurrectedDelete(_ history: History, _ dice: inout Dice) -> History? {
        let site = site(in: history, &dice, changes: { $0 == .delete }, olders: isWrite)
        guard let site else { return nil }
        var history = history
        history.operations[site.read].action = .read(written(by: history.operations[site.older]))
        return history
    }

    /// A compare-and-set that succeeded, though the value it looked for was never there.
    private static func wrongSwap(_ history: History, _ dice: inout Dice) -> History? {
        let sites = history.operations.indices.filter {
            guard history.operations[$0].outcome == .ok,
                case .compareAndSet(_, _, true) = history.operations[$0].action
            else { return false }
            return true
        }
        guard !sites.isEmpty else { return nil }
        var history = history
        let place = sites[dice.roll(sites.count)]
        if case .compareAndSet(_, let to, _) = history.operations[place].action {
            let never = ValueID(rawValue: history.values.number(of: "never written"))
            history.operations[place].action = .compareAndSet(from: never, to: to, swapped: true)
        }
        return history
    }
}

/// Small changes of answers and times that may or may not matter: only an oracle can tell.
enum Scramble {
    static func apply(_ history: History, _ dice: inout Dice) -> History {
        var history = history
        guard !history.operations.isEmpty else { return history }
        let clients = history.operations.count
        for _ in 0...dice.roll(2) {
            let place = dice.roll(clients)
            let other = history.operations[dice.roll(clients)]
            change(&history, place, other, &dice)
        }
        return history
    }

    private static func change(
        _ history: inout History,
        _ place: Int,
        _ other: RecordedOperation,
        _ dice: inout Dice
    ) {
        switch (history.operations[place].action, other.action) {
        case (.read(_?), .read(let value?)), (.read(_?), .write(let value)):
            history.operations[place].action = .read(value)
        case (.read(_?), .compareAndSet(_, let to, _)):
            history.operations[place].action = .read(to)
        case (.compareAndSet(let from, let to, let swapped?), _):
            history.operations[place].action = .compareAndSet(
                from: from,
                to: to,
                swapped: dice.chance(20) ? nil : !swapped
            )
        case (.readAll(_?), .readAll(let extent?)):
            history.operations[place].action = .readAll(extent)
        case (.readCounter(let total?), _):
            history.operations[place].action = .readCounter(total + Int64(dice.roll(3)) - 1)
        case (.add(let amount, let total?), _):
            let changed = dice.chance(50) ? nil : total + Int64(dice.roll(3)) - 1
            history.operations[place].action = .add(amount, total: changed)
        case (.acquire, _) where history.operations[place].outcome == .ok:
            history.operations[place].action = .release
        case (.release, _) where history.operations[place].outcome == .failed:
            history.operations[place].outcome = .ok
        default:
            // Earlier than it was, so that it must stand before more.
            let operation = history.operations[place]
            guard operation.completed != RecordedOperation.never else { return }
            let length = operation.completed - operation.invoked
            history.operations[place].completed -= Int64(dice.roll(Int(length) + 1))
        }
    }
}
