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
            .suffix(Self.told)
        // What was certainly there in between.
        let start = origins.map(\.invoked).max() ?? .min
        let others = writes.filter { write in
            write.isRequired && write.value != found && write.completed < answer.invoked
                && write.invoked > start
        }
        let later = others.sorted { $0.completed < $1.completed }.suffix(Self.told)
        return SearchStory(
            places: (Array(origins) + Array(later) + [answer]).map(\.place),
            reasons: reasons(answer, found, at: last, in: operations, isPossible)
        )
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
