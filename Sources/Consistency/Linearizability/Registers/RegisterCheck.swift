import Histories

/// Checks registers: first by what a look shows, then by zones, then by search.
struct RegisterCheck {
    /// What one try of a minimiser may cost.
    private static let tryBudget = SearchBudget(states: 20_000, bytes: 8 << 20)

    let history: History
    let options: CheckOptions
    let modelName: String

    static func plan(
        _ history: History,
        _ options: CheckOptions,
        modelName: String,
        allowsSwaps: Bool
    ) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            let check = RegisterCheck(history: history, options: options, modelName: modelName)
            var reader = RegisterReader(history, options, allowsSwaps: allowsSwaps)
            return { key, places in
                check.conclusion(on: reader.register(at: places), key)
            }
        }
        return keyed.plan()
    }

    func conclusion(on register: RegisterHistory, _ key: KeyID) -> Conclusion {
        var conclusion = Conclusion(verdict: .valid, operations: register.operations.count)
        let name = OperationTelling(history).name(key)
        if let impossibility = RegisterRejections.impossibility(in: register) {
            return conclusion.refuted(by: impossibility, key, history)
        }
        var zones = RegisterZones(register)
        switch zones.answer() {
        case .impossible(let impossibility):
            return conclusion.refuted(by: impossibility, key, history)
        case .linearizable where !mayRefuse(register):
            break
        case .linearizable, .notUnique:
            let operations = RegisterMachine.withoutIdle(
                register.operations,
                values: register.values.count
            )
            let problem = RegisterMachine.problem(operations, values: register.values.count)
            let result = LinearizabilitySearch.run(problem.order, problem.machine, options.budget)
            conclusion.spent = result.spent
            switch result.end {
            case .linearizable:
                break
            case .impossible(let event):
                let cause = minimal(operations, problem.order, upTo: event, register.values.count)
                return conclusion.refuted(by: cause, key, history)
            case .budgetExhausted:
                conclusion.verdict = .unknown([
                    "key \(name): the search for an order gave up after "
                        + "\(result.spent.states) states and \(result.spent.bytes >> 20) MiB"
                ])
            }
        }
        if register.foreign > 0 {
            conclusion.verdict = .unknown([
                "key \(name): \(register.foreign) operations are none that \(modelName) knows"
            ])
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

    /// What stays impossible of all that was invoked before the return that nothing explains.
    private func minimal(
        _ operations: [RegisterOperation],
        _ order: SearchOrder,
        upTo event: Int,
        _ values: Int
    ) -> Impossibility {
        var relevant: [RegisterOperation] = []
        for (number, operation) in operations.enumerated() where order.starts[number] <= event {
            var operation = operation
            if order.deadlines[number] > event {
                guard !operation.observes else { continue }
                operation.completed = RecordedOperation.never
            }
            relevant.append(operation)
        }
        guard options.explains else {
            return Impossibility(
                anomaly: "no-order",
                places: relevant.suffix(1).map(\.place),
                reasons: ["No order explains all answers up to here."]
            )
        }
        var minimizer = Minimizer<RegisterOperation>(
            observes: { $0.observes },
            isRequired: { $0.isRequired },
            relaxed: {
                var relaxed = $0
                relaxed.completed = RecordedOperation.never
                return relaxed
            },
            isImpossible: { tried in
                let operations = RegisterMachine.withoutIdle(tried, values: values)
                let problem = RegisterMachine.problem(operations, values: values)
                let end = LinearizabilitySearch.run(
                    problem.order,
                    problem.machine,
                    Self.tryBudget
                ).end
                if case .impossible = end { return true }
                return false
            }
        )
        let kept = RegisterMachine.withoutIdle(minimizer.minimal(relevant), values: values)
        let reads = kept.filter { $0.kind == .read }
        return Impossibility(
            anomaly: "no-order",
            places: kept.map(\.place),
            reasons: [
                reads.isEmpty
                    ? "No order of these operations explains all answers."
                    : "No order of these operations explains what was read last."
            ]
        )
    }
}

extension Conclusion {
    /// This conclusion, refuted.
    func refuted(by impossibility: Impossibility, _ key: KeyID, _ history: History) -> Self {
        let telling = OperationTelling(history)
        let places = impossibility.places.map(Int.init).sorted()
        var lines = ["key \(telling.name(key)): \(impossibility.anomaly)"]
        lines += telling.lines(places, limit: max(2, 7 - impossibility.reasons.count))
        lines += impossibility.reasons
        var refuted = self
        refuted.verdict = .invalid([lines[0]])
        refuted.counterexamples.append(
            Counterexample(
                anomaly: impossibility.anomaly,
                key: key,
                operations: places,
                lines: lines
            )
        )
        return refuted
    }
}
