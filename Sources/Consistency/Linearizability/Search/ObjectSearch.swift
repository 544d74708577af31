import Histories

/// One operation of an object that a search may put in order.
protocol SearchableOperation: Sendable {
    /// Its place in the history.
    var place: Int32 { get }
    var invoked: Int64 { get }
    /// `RecordedOperation.never` for one that need not have taken effect.
    var completed: Int64 { get set }
    /// Whether it never changes anything.
    var observes: Bool { get }
}

extension SearchableOperation {
    var isRequired: Bool { completed != RecordedOperation.never }

    var relaxed: Self {
        var relaxed = self
        relaxed.completed = RecordedOperation.never
        return relaxed
    }
}

/// What a search needs: operations by `invoked`, their order, and what they do.
struct SearchProblem<Operation: SearchableOperation, Machine: SequentialMachine>: Sendable {
    /// Those that matter; entry by entry the same as in `order`.
    var operations: [Operation]
    var order: SearchOrder
    var machine: Machine
}

/// The operations that tell best why there is no order, and what follows from them.
struct SearchStory {
    /// Places in the history.
    var places: [Int32]
    var reasons: [String]
    /// The anomaly's name where these operations show it by themselves.
    var replaced: String?
}

/// Looks for an order of one object's operations, and for few that have none.
struct ObjectSearch<Operation: SearchableOperation, Machine: SequentialMachine> {
    /// As many operations as are told one by one.
    private static var few: Int { 5 }

    /// What one try of a minimiser may cost.
    private var tryBudget: SearchBudget { SearchBudget(states: 20_000, bytes: 8 << 20) }

    let history: History
    let options: CheckOptions
    let problem: ([Operation]) -> SearchProblem<Operation, Machine>
    /// Tells of operations that are impossible, and possible without the answer that came last; the
    /// function says whether other operations are possible.
    var story: ([Operation], ([Operation]) -> Bool) -> SearchStory? = { _, _ in nil }

    /// `conclusion` with what the search adds to it.
    func judge(_ operations: [Operation], _ key: KeyID?, _ conclusion: Conclusion) -> Conclusion {
        var conclusion = conclusion
        let problem = problem(operations)
        let result = LinearizabilitySearch.run(problem.order, problem.machine, options.budget)
        conclusion.spent = result.spent
        switch result.end {
        case .linearizable:
            return conclusion
        case .impossible(let event):
            let cause = cause(in: problem, upTo: event)
            return conclusion.refuted(by: cause, key, history)
        case .budgetExhausted:
            let name = OperationTelling(history).title(key)
            let reason =
                "\(name)the search for an order gave up after "
                + "\(Count.text(result.spent.states, "state")) and "
                + "\(Count.text((result.spent.bytes + (1 << 20) - 1) >> 20)) MiB"
            conclusion.verdict = .unknown([reason])
            return conclusion
        }
    }

    /// What stays impossible of all that was invoked before the return that nothing explains.
    private func cause(
        in problem: SearchProblem<Operation, Machine>,
        upTo event: Int
    ) -> Impossibility {
        guard options.explains else {
            return Impossibility(
                anomaly: "no-order",
                places: prefix(of: problem, upTo: event).suffix(1).map(\.place),
                reasons: ["No order explains all answers up to here."]
            )
        }
        let relevant = shortestPrefix(of: problem, from: event)
        let story = story(relevant) { !attempt($0, fromAnyState: false).isImpossible }
        if let late = lateCause(relevant, problem, story) { return late }
        var minimizer = Minimizer<Operation> { attempt($0, fromAnyState: false) }
        return impossibility(of: minimizer.minimal(relevant), story)
    }

    /// What was invoked up to an event; what had not returned then need not have happened.
    private func prefix(
        of problem: SearchProblem<Operation, Machine>,
        upTo event: Int
    ) -> [Operation] {
        var prefix: [Operation] = []
        for (number, operation) in problem.operations.enumerated()
        where problem.order.starts[number] <= event {
            if problem.order.deadlines[number] <= event {
                prefix.append(operation)
            } else if !operation.observes {
                prefix.append(operation.relaxed)
            }
        }
        return prefix
    }

    /// The shortest beginning that is impossible by itself.
    ///
    /// The search looks ahead: it may have stopped before the answer that it could not explain.
    private func shortestPrefix(
        of problem: SearchProblem<Operation, Machine>,
        from event: Int
    ) -> [Operation] {
        var (low, high) = (event, problem.order.events.count - 1)
        while low < high {
            let middle = low + (high - low) / (low == event ? 64 : 2)
            if attempt(prefix(of: problem, upTo: middle), fromAnyState: false).isImpossible {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return prefix(of: problem, upTo: high)
    }

    /// Few of the last operations that no state at all explains, so that what came before does not
    /// matter.
    private func lateCause(
        _ relevant: [Operation],
        _ whole: SearchProblem<Operation, Machine>,
        _ story: SearchStory?
    ) -> Impossibility? {
        guard !whole.machine.allStates.isEmpty, !relevant.isEmpty else { return nil }
        func isImpossible(_ tail: [Operation]) -> Bool {
            attempt(tail, fromAnyState: true).isImpossible
        }
        // The later the cut, the less there is to explain: the last one that explains nothing.
        var (low, high) = (0, relevant.count)
        while low < high {
            let middle = (low + high) / 2
            if isImpossible(tail(of: relevant, from: relevant[middle].invoked)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return nil }
        var minimizer = Minimizer<Operation> { attempt($0, fromAnyState: true) }
        let kept = minimizer.minimal(tail(of: relevant, from: relevant[low - 1].invoked))
        return impossibility(of: kept, story, whateverWasThere: true)
    }

    /// What is left to explain of all that returned at or after `time`; what was under way then
    /// may have taken effect before.
    private func tail(of operations: [Operation], from time: Int64) -> [Operation] {
        operations.compactMap { operation in
            guard operation.completed >= time else { return nil }
            guard operation.invoked < time else { return operation }
            return operation.observes ? nil : operation.relaxed
        }
    }

    private func impossibility(
        of operations: [Operation],
        _ story: SearchStory?,
        whateverWasThere: Bool = false
    ) -> Impossibility {
        let kept = problem(operations).operations
        if let story, let anomaly = story.replaced {
            return Impossibility(anomaly: anomaly, places: story.places, reasons: story.reasons)
        }
        let start = whateverWasThere ? "Whatever was there before, no" : "No"
        let what = kept.contains { $0.observes } ? "what was read last" : "all answers"
        // Few operations tell it all by themselves.
        let isFew = kept.count <= Self.few
        let which = isFew ? "these" : "the \(Count.text(kept.count))"
        var told = isFew ? [] : story?.places ?? []
        let around = told.isEmpty ? "" : " around them"
        if !told.isEmpty {
            // Without any of these observations there would be an order.
            let needed = kept.filter { $0.observes && $0.isRequired && !told.contains($0.place) }
            told += needed.suffix(2).map(\.place)
        }
        return Impossibility(
            anomaly: "no-order",
            places: kept.map(\.place),
            told: told,
            reasons: (story?.reasons ?? []) + [
                "\(start) order of \(which) operations\(around) explains \(what)."
            ]
        )
    }

    private func attempt(
        _ operations: [Operation],
        fromAnyState: Bool
    ) -> Minimizer<Operation>.Try {
        let problem = problem(operations)
        let starts = fromAnyState ? problem.machine.allStates : [problem.machine.initial]
        var attempt = Minimizer<Operation>.Try(isImpossible: !starts.isEmpty, states: 0)
        for start in starts {
            var machine = problem.machine
            machine.initial = start
            let result = LinearizabilitySearch.run(problem.order, machine, tryBudget)
            attempt.states += result.spent.states
            guard case .impossible = result.end else {
                attempt.isImpossible = false
                return attempt
            }
        }
        return attempt
    }
}
