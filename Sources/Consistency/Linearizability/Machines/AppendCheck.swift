import Histories

/// Checks texts and lists that grow at their end.
struct AppendCheck {
    typealias Operation = DeedOperation<AppendMachine.Deed>

    let history: History
    var options: CheckOptions
    let modelName: String

    static func plan(
        _ history: History,
        _ options: CheckOptions,
        modelName: String
    ) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            var check = AppendCheck(history: history, options: options, modelName: modelName)
            return { key, places, budget in
                check.options.budget = budget
                return check.conclusion(on: places, key)
            }
        }
        return keyed.plan()
    }

    private func conclusion(on places: ArraySlice<Int32>, _ key: KeyID) -> Conclusion {
        var foreign = 0
        let areLists = places.contains {
            if case .readAll = history.operations[Int($0)].action { return true }
            return false
        }
        var operations: [Operation] = []
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            guard let deed = deed(operation, areLists: areLists, &foreign) else { continue }
            var observes = false
            if case .read = deed { observes = true }
            operations.append(Operation(deed, observes: observes, operation, at: place))
        }
        let initial = areLists ? [] : units(of: options.initial)
        var conclusion = Conclusion(verdict: .valid, operations: operations.count)
        let telling = OperationTelling(history)
        let readings = AppendReadings(operations, initial: initial) { telling.written(at: $0) }
        let strange =
            readings == nil
            ? AppendStrangers(history: history, operations: operations, initial: initial)
                .impossibility(refused: refused(places, areLists: areLists), areLists: areLists)
            : nil
        if let impossibility = readings?.impossibility ?? strange
            ?? garbage(in: operations, initial) ?? fork(in: operations)
        {
            conclusion = conclusion.refuted(by: impossibility, key, history)
        } else {
            let search = ObjectSearch(history: history, options: options) {
                Self.problem($0, initial)
            }
            conclusion = search.judge(operations, key, conclusion)
        }
        return conclusion.aware(ofForeign: foreign, modelName, key, history)
    }

    private func deed(
        _ operation: RecordedOperation,
        areLists: Bool,
        _ foreign: inout Int
    ) -> AppendMachine.Deed? {
        let isKnown = operation.outcome == .ok
        switch operation.action {
        case .read(let value?) where isKnown:
            if value == .absent, options.nilReads == .any { return nil }
            if value == .absent { return .read([]) }
            if areLists { break }
            return .read(units(of: value))
        case .readAll(let extent?) where isKnown:
            return .read(history.elements(extent).map(\.rawValue))
        case .read, .readAll:
            return nil
        case .append(let value):
            return .append(areLists ? [value.rawValue] : units(of: value))
        case .write(let value) where !areLists:
            return .replace(units(of: value))
        case .delete:
            return .replace([])
        default:
            break
        }
        foreign += 1
        return nil
    }

    /// What was certainly not appended, though somebody asked for it.
    private func refused(
        _ places: ArraySlice<Int32>,
        areLists: Bool
    ) -> [(place: Int32, units: [UInt32])] {
        places.compactMap { place in
            let operation = history.operations[Int(place)]
            guard operation.outcome == .failed, case .append(let value) = operation.action else {
                return nil
            }
            return (place, areLists ? [value.rawValue] : units(of: value))
        }
    }

    private func units(of value: ValueID) -> [UInt32] {
        guard value != .absent, Int(value.rawValue) < history.values.count else { return [] }
        return history.text(of: value).utf8.map { UInt32($0) }
    }

    /// A read of more than was ever appended.
    private func garbage(in operations: [Operation], _ initial: [UInt32]) -> Impossibility? {
        var (appended, longest) = (0, initial.count)
        for operation in operations {
            switch operation.deed {
            case .append(let units): appended += units.count
            case .replace(let units): longest = max(longest, units.count)
            case .read: break
            }
        }
        for operation in operations {
            guard case .read(let units) = operation.deed, units.count > longest + appended else {
                continue
            }
            return Impossibility(
                anomaly: "duplicate-append",
                places: [operation.place],
                reasons: ["More was read than was ever appended."]
            )
        }
        return nil
    }

    /// Two reads of which neither continues the other, where nothing is ever replaced.
    private func fork(in operations: [Operation]) -> Impossibility? {
        var longest: (units: [UInt32], place: Int32)?
        var reads: [(units: [UInt32], place: Int32)] = []
        for operation in operations {
            switch operation.deed {
            case .replace: return nil
            case .append: break
            case .read(let units):
                reads.append((units, operation.place))
                if units.count > longest?.units.count ?? -1 { longest = (units, operation.place) }
            }
        }
        guard let longest else { return nil }
        for read in reads where !longest.units.starts(with: read.units) {
            return Impossibility(
                anomaly: "incompatible-reads",
                places: [longest.place, read.place],
                reasons: ["Neither continues the other, and nothing is ever taken away."]
            )
        }
        return nil
    }

    private static func problem(
        _ operations: [Operation],
        _ initial: [UInt32]
    ) -> SearchProblem<Operation, AppendMachine> {
        var deeds = LabelledDeeds<AppendMachine.Deed>()
        var grows = true
        let entries = operations.map { operation in
            if case .replace = operation.deed { grows = false }
            return operation.entry(&deeds)
        }
        let order = SearchOrder(entries)
        var shortest: [Int32] = []
        if grows {
            shortest = [Int32](repeating: .max, count: order.events.count + 1)
            for (number, operation) in operations.enumerated() {
                guard case .read(let units) = operation.deed else { continue }
                shortest[Int(order.starts[number])] = Int32(units.count)
            }
            for event in order.events.indices.reversed() {
                shortest[event] = min(shortest[event], shortest[event + 1])
            }
        }
        let machine = AppendMachine(deeds.deeds, initial: initial, shortest: shortest)
        return SearchProblem(operations: operations, order: order, machine: machine)
    }
}
