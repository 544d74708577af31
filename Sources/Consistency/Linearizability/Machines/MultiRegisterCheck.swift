import Histories

/// Checks transactions on registers as operations of one object.
///
/// Registers that no transaction links are objects of their own.
struct MultiRegisterCheck {
    typealias Operation = DeedOperation<[MultiRegisterMachine.Step]>

    let history: History
    let options: CheckOptions
    let modelName: String

    func plan() -> CheckPlan {
        guard history.clock != .sessions else {
            let conclusion = Conclusion(
                verdict: .unknown(["the history says nothing about order across processes"]),
                operations: 0
            )
            return CheckPlan(parts: [{ conclusion }]) { _ in conclusion }
        }
        var groups = KeyGroups(history.keys.count)
        var foreign = 0
        for operation in history.operations {
            switch operation.action {
            case .read, .write, .delete: break
            case .transaction(let extent):
                let keys = history.steps(extent).map(\.key)
                for key in keys.dropFirst() { groups.join(keys[0], key) }
            default: foreign += 1
            }
        }
        let places = places(by: &groups)
        let parts = places.map { places in
            { @Sendable in conclusion(on: places) }
        }
        let evidence = Evidence(of: history, options)
        let (options, modelName, unknown) = (options, modelName, foreign)
        return CheckPlan(parts: parts) { conclusions in
            var sum = ConclusionSum.combined(conclusions)
            if unknown > 0, sum.verdict.rank < Verdict.invalid([]).rank {
                sum.verdict = .unknown(["\(unknown) operations are none of \(modelName)"])
            }
            return evidence.judging(sum, options)
        }
    }

    /// The places of each group of linked keys, the largest group first.
    private func places(by groups: inout KeyGroups) -> [[Int32]] {
        var places: [Int: [Int32]] = [:]
        for (place, operation) in history.operations.enumerated() {
            var key = operation.key
            switch operation.action {
            case .read, .write, .delete: break
            case .transaction(let extent):
                guard let first = history.steps(extent).first else { continue }
                key = first.key
            default: continue
            }
            places[groups.root(of: key), default: []].append(Int32(place))
        }
        return places.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map(\.value)
    }

    private func conclusion(on places: [Int32]) -> Conclusion {
        var registers: [KeyID: Int32] = [:]
        var operations: [Operation] = []
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            let steps = steps(of: operation, &registers)
            if steps.isEmpty { continue }
            let observes = MultiRegisterMachine.observes(steps)
            if observes, operation.outcome != .ok { continue }
            operations.append(Operation(steps, observes: observes, operation, at: place))
        }
        let initial = [UInt32](repeating: options.initial.rawValue, count: registers.count)
        let search = ObjectSearch(history: history, options: options) {
            Self.problem($0, initial)
        }
        let conclusion = Conclusion(verdict: .valid, operations: operations.count)
        return search.judge(operations, nil, conclusion)
    }

    private static func problem(
        _ operations: [Operation],
        _ initial: [UInt32]
    ) -> SearchProblem<Operation, MultiRegisterMachine> {
        var deeds = LabelledDeeds<[MultiRegisterMachine.Step]>()
        let order = SearchOrder(operations.map { $0.entry(&deeds) })
        let machine = MultiRegisterMachine(deeds.deeds, initial: initial)
        return SearchProblem(operations: operations, order: order, machine: machine)
    }

    private func steps(
        of operation: RecordedOperation,
        _ registers: inout [KeyID: Int32]
    ) -> [MultiRegisterMachine.Step] {
        let isKnown = operation.outcome == .ok
        func register(_ key: KeyID) -> Int32 {
            if let known = registers[key] { return known }
            let register = Int32(registers.count)
            registers[key] = register
            return register
        }
        func read(_ value: ValueID?, _ key: KeyID) -> MultiRegisterMachine.Step? {
            guard isKnown, let value, value != .absent || options.nilReads == .absent else {
                return nil
            }
            return .read(register: register(key), value: value.rawValue)
        }
        switch operation.action {
        case .read(let value):
            return read(value, operation.key).map { [$0] } ?? []
        case .write(let value):
            return [.write(register: register(operation.key), value: value.rawValue)]
        case .delete:
            return [.write(register: register(operation.key), value: 0)]
        case .transaction(let extent):
            return history.steps(extent).compactMap { step in
                switch step.kind {
                case .read(let value): read(value, step.key)
                case .write(let value):
                    .write(register: register(step.key), value: value.rawValue)
                default: nil
                }
            }
        default:
            return []
        }
    }
}

/// Which keys are linked by operations on several of them.
private struct KeyGroups {
    private var parents: [Int]

    init(_ count: Int) { parents = Array(0..<max(1, count)) }

    mutating func root(of key: KeyID) -> Int {
        var place = min(Int(key.rawValue), parents.count - 1)
        while parents[place] != place {
            parents[place] = parents[parents[place]]
            place = parents[place]
        }
        return place
    }

    mutating func join(_ left: KeyID, _ right: KeyID) {
        let (first, second) = (root(of: left), root(of: right))
        parents[max(first, second)] = min(first, second)
    }
}
