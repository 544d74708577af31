import Histories

/// Checks registers: first by what a look shows, then by zones, then by search.
struct RegisterCheck {
    let history: History
    var options: CheckOptions
    let modelName: String

    static func plan(
        _ history: History,
        _ options: CheckOptions,
        modelName: String,
        allowsSwaps: Bool
    ) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            var check = RegisterCheck(history: history, options: options, modelName: modelName)
            var reader = RegisterReader(history, options, allowsSwaps: allowsSwaps)
            return { key, places, budget in
                check.options.budget = budget
                return check.conclusion(on: reader.register(at: places), key)
            }
        }
        return keyed.plan()
    }

    func conclusion(on register: RegisterHistory, _ key: KeyID) -> Conclusion {
        var conclusion = Conclusion(verdict: .valid, operations: register.operations.count)
        guard register.foreign == 0 else {
            // What they wrote is not known here, so no read can be called wrong.
            return conclusion.aware(ofForeign: register.foreign, modelName, key, history)
        }
        if let impossibility = RegisterRejections.impossibility(in: register) {
            return conclusion.refuted(by: impossibility, key, history)
        }
        let telling = OperationTelling(history)
        var zones = RegisterZones(register) { telling.text($0) }
        switch zones.answer() {
        case .impossible(let impossibility):
            return conclusion.refuted(by: impossibility, key, history)
        case .linearizable where !mayRefuse(register):
            break
        case .linearizable, .notUnique:
            var search = ObjectSearch(history: history, options: options) {
                RegisterMachine.problem($0, values: register.values.count)
            }
            search.story = RegisterStory(history: history, register: register).told
            conclusion = search.judge(register.operations, key, conclusion)
        }
        return conclusion
    }

    /// Whether a refused compare-and-set looked for a value that may have been there.
    private func mayRefuse(_ register: RegisterHistory) -> Bool {
        guard register.operations.contains(where: { $0.kind == .refusedSwap }) else { return false }
        var mayStand = [Bool](repeating: false, count: register.values.count)
        mayStand[0] = true
        for operation in register.operations where operation.produces {
            mayStand[Int(operation.value)] = true
        }
        return register.operations.contains {
            $0.kind == .refusedSwap && mayStand[Int($0.from)]
        }
    }
}
