import Histories

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
            let changed = total + Int64(dice.roll(3)) - 1
            history.operations[place].action = .add(amount, total: changed)
        case (.transaction(let extent), .transaction(let source)):
            let seen = history.steps(source).compactMap(Self.value)
            let reads = extent.range.filter {
                if case .read(_?) = history.steps[$0].kind { return true }
                return false
            }
            guard !reads.isEmpty, !seen.isEmpty else { return }
            history.steps[reads[dice.roll(reads.count)]].kind = .read(seen[dice.roll(seen.count)])
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

    private static func value(_ step: TransactionStep) -> ValueID? {
        switch step.kind {
        case .read(let value): value
        case .write(let value): value
        default: nil
        }
    }
}
