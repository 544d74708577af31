import Histories

/// Checks each key of a history for itself: objects are linearizable together if each one is.
struct KeyedPlan {
    /// Small keys are checked together, so that threads have something to do.
    private static let partSize = 20_000
    private static let mostParts = 64
    /// What is left for each key when those before it have used the budget up.
    private static let leastStates = 20_000
    /// So many searches may be under way at once without holding more than the budget.
    private static let searchesAtOnce = 4

    let history: History
    let options: CheckOptions
    /// Begins a part: what it returns checks one key of it after the other.
    let begin: @Sendable (History, CheckOptions) -> Check

    /// Checks the operations at these places, all of one key, within a budget.
    typealias Check = (KeyID, ArraySlice<Int32>, SearchBudget) -> Conclusion

    func plan() -> CheckPlan {
        if history.clock == .sessions {
            let conclusion = Conclusion(
                verdict: .unknown(["the history says nothing about order across processes"]),
                operations: 0
            )
            return CheckPlan(parts: [{ conclusion }]) { _ in conclusion }
        }
        let (history, begin) = (history, begin)
        let keys = KeyPlaces(history)
        let groups = groups(of: keys)
        let options = share(of: options, groups.count)
        let parts = groups.map { group in
            { @Sendable in
                let check = begin(history, options)
                var budget = options.budget
                let conclusions = group.map { key in
                    let conclusion = check(key, keys.places(of: key), budget)
                    // Without trouble a key takes few states; whoever comes late gets those.
                    let left = budget.states - conclusion.spent.states
                    budget.states = max(left, min(Self.leastStates, options.budget.states))
                    return conclusion
                }
                return ConclusionSum.combined(conclusions)
            }
        }
        let evidence = Evidence(of: history, options)
        return CheckPlan(parts: parts) { conclusions in
            evidence.judging(ConclusionSum.combined(conclusions), options)
        }
    }

    /// The keys by how often they occur, the small ones together.
    private func groups(of keys: KeyPlaces) -> [[KeyID]] {
        let sorted = keys.occurring.sorted {
            (keys.places(of: $1).count, $0) < (keys.places(of: $0).count, $1)
        }
        let size = max(Self.partSize, history.operations.count / Self.mostParts)
        var groups: [[KeyID]] = []
        var filled = size
        for key in sorted {
            if filled >= size {
                groups.append([])
                filled = 0
            }
            groups[groups.count - 1].append(key)
            filled += keys.places(of: key).count
        }
        return groups
    }

    private func share(of options: CheckOptions, _ parts: Int) -> CheckOptions {
        var options = options
        options.budget.bytes /= min(Self.searchesAtOnce, max(1, parts))
        // A search takes about a state for each operation where all is well.
        let needed = 16 * (history.operations.count / max(1, parts))
        options.budget.states = max(
            options.budget.states / max(1, parts),
            min(options.budget.states, needed)
        )
        return options
    }
}

/// The places of each key's operations.
struct KeyPlaces: Sendable {
    private let starts: [Int32]
    private let places: [Int32]

    init(_ history: History) {
        var starts = [Int32](repeating: 0, count: history.keys.count + 1)
        for operation in history.operations where Int(operation.key.rawValue) < history.keys.count {
            starts[Int(operation.key.rawValue) + 1] += 1
        }
        for key in 1..<starts.count { starts[key] += starts[key - 1] }
        var next = starts
        var places = [Int32](repeating: 0, count: Int(starts[starts.count - 1]))
        for (place, operation) in history.operations.enumerated() {
            let key = Int(operation.key.rawValue)
            guard key < history.keys.count else { continue }
            places[Int(next[key])] = Int32(place)
            next[key] += 1
        }
        self.starts = starts
        self.places = places
    }

    var occurring: [KeyID] {
        (0..<starts.count - 1).filter { starts[$0] < starts[$0 + 1] }.map {
            KeyID(rawValue: UInt32($0))
        }
    }

    func places(of key: KeyID) -> ArraySlice<Int32> {
        let key = Int(key.rawValue)
        return places[Int(starts[key])..<Int(starts[key + 1])]
    }
}
