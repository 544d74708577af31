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
        Mutation(name: "duplicate append", kind: .lists, apply: duplicateElement),
        Mutation(name: "lost append", kind: .lists, apply: lostElement),
        Mutation(name: "duplicate increment", kind: .counter, apply: duplicateIncrement),
        Mutation(name: "second holder", kind: .mutex, apply: secondHolder),
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

    private static func lists(in history: History, atLeast count: Int) -> [Int] {
        history.operations.indices.filter {
            guard case .readAll(let extent?) = history.operations[$0].action else { return false }
            return Int(extent.count) >= count
        }
    }

    private static func duplicateElement(_ history: History, _ dice: inout Dice) -> History? {
        let sites = lists(in: history, atLeast: 1)
        guard !sites.isEmpty else { return nil }
        let place = sites[dice.roll(sites.count)]
        guard case .readAll(let extent?) = history.operations[place].action else { return nil }
        var history = history
        var elements = Array(history.elements(extent))
        elements.insert(elements[dice.roll(elements.count)], at: dice.roll(elements.count + 1))
        history.operations[place].action = .readAll(history.adding(elements))
        return history
    }

    /// All reads lack an element that one of them showed before its successor.
    private static func lostElement(_ history: History, _ dice: inout Dice) -> History? {
        let sites = lists(in: history, atLeast: 2)
        guard !sites.isEmpty else { return nil }
        guard case .readAll(let extent?) = history.operations[sites[dice.roll(sites.count)]].action
        else { return nil }
        let shown = Array(history.elements(extent))
        let lost = shown[dice.roll(shown.count - 1)]
        let append = history.operations.first { $0.outcome == .ok && $0.action == .append(lost) }
        // Reads that all began before it was acknowledged need not show it.
        guard let append,
            lists(in: history, atLeast: 0).contains(where: {
                history.operations[$0].key == append.key
                    && history.operations[$0].invoked > append.completed
            })
        else { return nil }
        var history = history
        for place in lists(in: history, atLeast: 1) {
            guard case .readAll(let extent?) = history.operations[place].action else { continue }
            let kept = history.elements(extent).filter { $0 != lost }
            history.operations[place].action = .readAll(history.adding(kept))
        }
        return history
    }

    /// Every total from some reply on is one too large.
    private static func duplicateIncrement(_ history: History, _ dice: inout Dice) -> History? {
        var sites: [Int] = []
        for (place, operation) in history.operations.enumerated() where operation.outcome == .ok {
            if case .readCounter(_?) = operation.action { sites.append(place) }
        }
        guard let last = sites.last else { return nil }
        var history = history
        if case .readCounter(let total?) = history.operations[last].action {
            // More than all additions together.
            let most = Int64(history.operations.count * 5) + Int64(dice.roll(5))
            history.operations[last].action = .readCounter(total + most)
        }
        return history
    }

    /// Somebody acquires what another has held since before and does not release.
    private static func secondHolder(_ history: History, _ dice: inout Dice) -> History? {
        let ends = history.operations.map(\.completed).filter { $0 != RecordedOperation.never }
        guard let end = ends.max(),
            history.operations.allSatisfy({ $0.outcome != .unknown })
        else { return nil }
        var history = history
        for step in 1...3 {
            history.operations.append(
                RecordedOperation(
                    process: 1_000_000,
                    key: history.operations[0].key,
                    action: .acquire,
                    outcome: .ok,
                    invoked: end + Int64(2 * step),
                    completed: end + Int64(2 * step + dice.roll(2))
                )
            )
        }
        return history
    }
}
