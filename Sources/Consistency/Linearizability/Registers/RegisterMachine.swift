/// A register, with compare-and-set.
struct RegisterMachine: SequentialMachine {
    /// Of more values than this it is not tried whether any of them explains a history.
    private static let fewStates = 10

    private var kinds: [RegisterOperation.Kind]
    private var values: [Int32]
    private var sought: [Int32]
    /// By state: the event at which the last required operation that needs it is invoked, and the
    /// last that brings it about.
    private let lastNeeded: [Int32]
    private let lastProduced: [Int32]

    var initial: Int32 = 0
    let allStates: [Int32]

    func next(_ state: Int32, _ label: Int32) -> Int32 {
        let label = Int(label)
        switch kinds[label] {
        case .read: return state == values[label] ? state : Self.refused
        case .write: return values[label]
        case .swap: return state == sought[label] ? values[label] : Self.refused
        case .refusedSwap: return state == sought[label] ? Self.refused : state
        case .eitherSwap: return state == sought[label] ? values[label] : state
        }
    }

    func observes(_ label: Int32) -> Bool {
        kinds[Int(label)] == .read || kinds[Int(label)] == .refusedSwap
    }

    func isLastChance(of state: Int32, at event: Int32) -> Bool {
        lastNeeded[Int(state)] >= event && lastProduced[Int(state)] < event
    }

    func produces(_ state: Int32, _ label: Int32) -> Bool {
        let kind = kinds[Int(label)]
        return values[Int(label)] == state && kind != .read && kind != .refusedSwap
    }
}

extension RegisterMachine {
    typealias Problem = SearchProblem<RegisterOperation, RegisterMachine>

    /// - Parameter all: By `invoked`.
    static func problem(_ all: [RegisterOperation], values: Int) -> Problem {
        let operations = withoutIdle(all, values: values)
        // All values that nobody looks for are the same to a search.
        let unseen = Int32(values)
        var isSought = [Bool](repeating: false, count: values + 1)
        isSought[0] = true
        for operation in operations {
            if let value = operation.looksFor { isSought[Int(value)] = true }
        }
        var labels: [UInt64: Int32] = [:]
        var (kinds, results, sought): ([RegisterOperation.Kind], [Int32], [Int32]) = ([], [], [])
        var entries: [SearchOrder.Entry] = []
        entries.reserveCapacity(operations.count)
        for operation in operations {
            var result = isSought[Int(operation.value)] ? operation.value : unseen
            if operation.kind == .refusedSwap { result = 0 }
            let from = max(0, operation.from)
            // Values are fewer than operations, which are fewer than 2^30 in any memory.
            let key = UInt64(operation.kind.rawValue) << 60 | UInt64(result) << 30 | UInt64(from)
            let label: Int32
            if let known = labels[key] {
                label = known
            } else {
                label = Int32(kinds.count)
                labels[key] = label
                kinds.append(operation.kind)
                results.append(result)
                sought.append(operation.from)
            }
            entries.append(
                SearchOrder.Entry(
                    label: label,
                    invoked: operation.invoked,
                    completed: operation.completed
                )
            )
        }
        let order = SearchOrder(entries)
        var lastNeeded = [Int32](repeating: -1, count: values + 1)
        var lastProduced = lastNeeded
        for (number, operation) in operations.enumerated() {
            let start = order.starts[number]
            if operation.produces {
                lastProduced[Int(results[Int(order.labels[number])])] = start
            }
            if operation.isRequired, operation.kind == .read || operation.kind == .swap,
                let value = operation.looksFor
            {
                lastNeeded[Int(value)] = start
            }
        }
        let seen = (0...unseen).filter { isSought[Int($0)] }
        let machine = RegisterMachine(
            kinds: kinds,
            values: results,
            sought: sought,
            lastNeeded: lastNeeded,
            lastProduced: lastProduced,
            allStates: seen.count > fewStates ? [] : seen + [unseen]
        )
        return Problem(operations: operations, order: order, machine: machine)
    }

    /// Without unknown operations that no order needs: those whose value nobody can have seen.
    ///
    /// A compare-and-set that was refused may need any change at all, so then all stay.
    private static func withoutIdle(
        _ operations: [RegisterOperation],
        values: Int
    ) -> [RegisterOperation] {
        guard operations.contains(where: { !$0.isRequired }),
            !operations.contains(where: { $0.kind == .refusedSwap || $0.kind == .eitherSwap })
        else { return operations }
        var kept = operations
        while true {
            // By value: when the last operation that looks for it is over.
            var lastSought = [Int64](repeating: .min, count: values)
            for operation in kept {
                guard let value = operation.looksFor else { continue }
                lastSought[Int(value)] = max(lastSought[Int(value)], operation.completed)
            }
            let before = kept.count
            kept.removeAll {
                !$0.isRequired && lastSought[Int($0.value)] < $0.invoked
            }
            if kept.count == before { return kept }
        }
    }
}
