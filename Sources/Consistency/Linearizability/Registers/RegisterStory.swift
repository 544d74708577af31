import Histories

/// Tells of an answer that no order explains: who wrote what was found, what came after that, and
/// what could have been found.
struct RegisterStory {
    /// So many writes of each sort are told.
    private static let told = 2
    /// So many values are named that could have been there.
    private static let named = 4
    /// So many are tried, those written last first; each try is a search.
    private static let tried = 12
    private static let mostOperations = 20_000

    let history: History
    let register: RegisterHistory

    /// - Parameters:
    ///   - operations: Impossible, and possible without the answer that came last.
    ///   - isPossible: Whether other operations have an order, as far as a small budget tells.
    func told(
        of operations: [RegisterOperation],
        isPossible: ([RegisterOperation]) -> Bool
    ) -> SearchStory? {
        let required = operations.indices.filter { operations[$0].isRequired }
        guard
            let last = required.max(by: { operations[$0].completed < operations[$1].completed }),
            let found = operations[last].looksFor
        else { return nil }
        let answer = operations[last]
        let writes = operations.filter { $0.produces && $0.invoked <= answer.completed }
        let origins = writes.filter { $0.value == found && $0.place != answer.place }
        // What was certainly there in between.
        let start = origins.map(\.invoked).max() ?? .min
        let others = writes.filter { write in
            write.isRequired && write.value != found && write.completed < answer.invoked
                && write.invoked > start
        }
        var later = Array(others.sorted { $0.completed < $1.completed }.suffix(Self.told))
        var reasons = reasons(answer, found, at: last, in: operations, isPossible)
        if let (witness, reason) = replacement(of: found, before: answer, in: operations) {
            let last = origins.sorted { $0.completed < $1.completed }.suffix(Self.told)
            reasons.insert(reason, at: 0)
            return SearchStory(
                places: (last + [witness, answer]).map(\.place),
                reasons: reasons,
                replaced: "stale-read"
            )
        }
        if later.isEmpty {
            // Nothing certainly replaced it: what was there last before the answer.
            later = operations.filter {
                $0.isRequired && $0.completed < answer.invoked && shown(by: $0) != found
            }
            .sorted { $0.completed < $1.completed }.suffix(Self.told)
        }
        return SearchStory(
            places: (origins.suffix(Self.told) + later + [answer]).map(\.place),
            reasons: reasons
        )
    }

    /// The value that was there when an operation took effect.
    private func shown(by operation: RegisterOperation) -> Int32? {
        switch operation.kind {
        case .read, .write, .swap: operation.value
        case .refusedSwap, .eitherSwap: nil
        }
    }

    /// What certainly stood there after the last write of a value and before an answer that found
    /// that value again.
    private func replacement(
        of found: Int32,
        before answer: RegisterOperation,
        in operations: [RegisterOperation]
    ) -> (RegisterOperation, String)? {
        guard answer.kind == .read || answer.kind == .swap else { return nil }
        let writes = operations.filter {
            $0.produces && $0.value == found && $0.place != answer.place
                && $0.invoked <= answer.completed
        }
        let end = writes.map(\.completed).max() ?? .min
        let witnesses = operations.filter { operation in
            guard let shown = shown(by: operation), operation.isRequired else { return false }
            return shown != found && operation.invoked > end && operation.completed < answer.invoked
        }
        guard let witness = witnesses.max(by: { $0.completed < $1.completed }) else { return nil }
        let telling = OperationTelling(history)
        let text = telling.text(register.values[Int(found)])
        let other = telling.text(register.values[Int(witness.value)])
        let deed = witness.kind == .read ? "read" : "written"
        let what =
            switch writes.count {
            case 0: "Nobody wrote \(text) again"
            case 1: "The only write of \(text) had ended"
            case 2: "Both writes of \(text) had ended"
            default: "All \(Count.text(writes.count)) writes of \(text) had ended"
            }
        let order = writes.isEmpty ? "after" : "before"
        return (witness, "\(what) \(order) \(other) was \(deed), so \(text) was gone for good.")
    }

    private func reasons(
        _ answer: RegisterOperation,
        _ found: Int32,
        at index: Int,
        in operations: [RegisterOperation],
        _ isPossible: ([RegisterOperation]) -> Bool
    ) -> [String] {
        let telling = OperationTelling(history)
        let text = telling.text(register.values[Int(found)])
        if answer.kind == .refusedSwap {
            return ["Only \(text) can have been there, so the compare-and-set was not refused."]
        }
        guard operations.count <= Self.mostOperations else { return [] }
        var values: [Int32] = []
        for operation in operations.reversed() where operation.produces {
            if !values.contains(operation.value) { values.append(operation.value) }
            if values.count == Self.tried { break }
        }
        if !values.contains(0) { values.append(0) }
        var possible: [String] = []
        for value in values.sorted() where value != found {
            var others = operations
            if answer.kind == .read {
                others[index].value = value
            } else {
                others[index].from = value
            }
            guard isPossible(others) else { continue }
            possible.append(telling.text(register.values[Int(value)]))
            if possible.count > Self.named { break }
        }
        guard !possible.isEmpty else { return [] }
        let few = possible.prefix(Self.named)
        let rest = possible.count > Self.named ? " or something else" : ""
        let verb = answer.kind == .read ? "read" : "found"
        return [
            "It could have \(verb) \(few.joined(separator: " or "))\(rest) at the end, but not \(text)."
        ]
    }
}
