import Histories

/// A lock that one at a time holds, whoever it is.
struct MutexMachine: SequentialMachine {
    enum Deed: Sendable, Hashable {
        case acquire
        case release
    }

    let deeds: [Deed]

    var initial: Int32 = 0
    var allStates: [Int32] { [0, 1] }

    func next(_ state: Int32, _ label: Int32) -> Int32 {
        switch deeds[Int(label)] {
        case .acquire: state == 0 ? 1 : Self.refused
        case .release: state == 1 ? 0 : Self.refused
        }
    }
}

/// Checks locks.
struct MutexCheck {
    typealias Operation = DeedOperation<MutexMachine.Deed>

    let history: History
    var options: CheckOptions
    let modelName: String

    func conclusion(on places: ArraySlice<Int32>, _ key: KeyID) -> Conclusion {
        var foreign = 0
        var operations: [Operation] = []
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            switch operation.action {
            case .acquire:
                operations.append(Operation(.acquire, observes: false, operation, at: place))
            case .release:
                operations.append(Operation(.release, observes: false, operation, at: place))
            default: foreign += 1
            }
        }
        var search = ObjectSearch(history: history, options: options, problem: Self.problem)
        search.story = { operations, _ in Self.story(of: operations) }
        let conclusion = Conclusion(verdict: .valid, operations: operations.count)
        return search.judge(operations, key, conclusion)
            .aware(ofForeign: foreign, modelName, key, history)
    }

    /// - Parameter operations: Impossible, and possible without the one that ended last.
    private static func story(of operations: [Operation]) -> SearchStory? {
        let ended = operations.filter(\.isRequired).sorted { $0.completed < $1.completed }
        guard let last = ended.last else { return nil }
        let others = ended.dropLast()
        switch last.deed {
        case .release:
            let before = others.last { $0.completed < last.invoked }
            return SearchStory(
                places: (before.map { [$0] } ?? []).map(\.place) + [last.place],
                reasons: ["Nobody held it when it was released."]
            )
        case .acquire:
            let holder = others.last { $0.deed == .acquire }
            return SearchStory(
                places: (holder.map { [$0] } ?? []).map(\.place) + [last.place],
                reasons: ["It was held and had not been released when it was acquired again."]
            )
        }
    }

    private static func problem(
        _ operations: [Operation]
    ) -> SearchProblem<Operation, MutexMachine> {
        var deeds = LabelledDeeds<MutexMachine.Deed>()
        let order = SearchOrder(operations.map { $0.entry(&deeds) })
        let machine = MutexMachine(deeds: deeds.deeds)
        return SearchProblem(operations: operations, order: order, machine: machine)
    }
}
