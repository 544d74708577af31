import Histories

/// Holds each group of keys of a history against the model for itself: each bank is one of its own.
///
/// The keys of a group share a hash tag, and no operation touches two groups.
enum GroupedPlan {
    static func plan(
        _ model: any HistoryModel.Type,
        _ history: History,
        _ options: CheckOptions
    ) -> CheckPlan {
        let groups = places(of: history)
        let parts = groups.map { places in
            { @Sendable in
                var own = history
                own.operations = places.map { history.operations[$0] }
                var conclusion = model.check(own, options)
                for index in conclusion.counterexamples.indices {
                    let inner = conclusion.counterexamples[index].operations
                    conclusion.counterexamples[index].operations =
                        inner.filter(places.indices.contains).map { places[$0] }
                }
                return conclusion
            }
        }
        return CheckPlan(parts: parts, combine: combined)
    }

    /// By group, the places of its operations in the history.
    private static func places(of history: History) -> [[Int]] {
        var groupOfTag: [Substring: Int] = [:]
        let groupOfKey = history.keys.texts.map { name in
            let tag = name.prefix { $0 != "}" }
            let group = groupOfTag[tag] ?? groupOfTag.count
            groupOfTag[tag] = group
            return group
        }
        var groups = [[Int]](repeating: [], count: groupOfTag.count)
        for (place, operation) in history.operations.enumerated() {
            let key =
                switch operation.action {
                case .transfer(let from, _, _): from
                case .transaction(let steps): history.steps(steps).first?.key ?? operation.key
                default: operation.key
                }
            let index = Int(key.rawValue)
            if groupOfKey.indices.contains(index) { groups[groupOfKey[index]].append(place) }
        }
        return groups.filter { !$0.isEmpty }
    }

    /// A group that nobody asked for proves nothing, which is no doubt about the others.
    private static func combined(_ conclusions: [Conclusion]) -> Conclusion {
        let asked = conclusions.filter { $0.operations > 0 }
        var sum = Conclusion(verdict: .combined(asked.map(\.verdict)), operations: 0)
        for conclusion in asked {
            sum.operations += conclusion.operations
            sum.spent.states += conclusion.spent.states
            sum.spent.bytes = max(sum.spent.bytes, conclusion.spent.bytes)
            sum.counterexamples += conclusion.counterexamples
            if conclusion.verdict != .valid { sum.notes += conclusion.notes }
        }
        return sum
    }
}
