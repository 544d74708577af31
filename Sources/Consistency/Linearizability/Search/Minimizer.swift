/// Makes an impossible history of one object small, dropping only what cannot be the cause.
///
/// Without an operation that only observes, every order stays an order; so does it with an
/// operation that need not have taken effect any more. What stays impossible proves as much.
struct Minimizer<Operation: Sendable> {
    /// Whether no order exists, as far as a small budget tells.
    let isImpossible: ([Operation]) -> Bool
    let observes: (Operation) -> Bool
    let isRequired: (Operation) -> Bool
    let relaxed: (Operation) -> Operation
    /// How many operations all tries together may look at.
    private var left: Int

    init(
        effort: Int = 2_000_000,
        observes: @escaping (Operation) -> Bool,
        isRequired: @escaping (Operation) -> Bool,
        relaxed: @escaping (Operation) -> Operation,
        isImpossible: @escaping ([Operation]) -> Bool
    ) {
        left = effort
        self.observes = observes
        self.isRequired = isRequired
        self.relaxed = relaxed
        self.isImpossible = isImpossible
    }

    /// - Parameter operations: By invocation, the last ones nearest to the trouble.
    mutating func minimal(_ operations: [Operation]) -> [Operation] {
        var kept = withFewestObservers(operations)
        kept = withoutRuns(kept, of: observes) { _ in nil }
        let relaxed = self.relaxed
        let isRequired = self.isRequired
        let observes = self.observes
        kept = withoutRuns(kept, of: { isRequired($0) && !observes($0) }) { relaxed($0) }
        return withoutRuns(kept, of: observes) { _ in nil }
    }

    private mutating func holds(_ operations: [Operation]) -> Bool {
        left -= operations.count + 50
        return left > 0 && isImpossible(operations)
    }

    /// Only the last few observers, twice as many until it is impossible again.
    private mutating func withFewestObservers(_ operations: [Operation]) -> [Operation] {
        let count = operations.count { observes($0) }
        var last = 1
        while last < count, left > 0 {
            var skipped = count - last
            let fewer = operations.filter { operation in
                guard skipped > 0, observes(operation) else { return true }
                skipped -= 1
                return false
            }
            if holds(fewer) { return fewer }
            last *= 2
        }
        return operations
    }

    /// Replaces runs of what is `eligible`, halving their length while that restores an order.
    private mutating func withoutRuns(
        _ operations: [Operation],
        of eligible: (Operation) -> Bool,
        by replacement: (Operation) -> Operation?
    ) -> [Operation] {
        var kept = operations
        var length = max(1, kept.count { eligible($0) } / 2)
        while left > 0 {
            var start = 0
            while left > 0 {
                var (seen, replaced) = (0, 0)
                var tried: [Operation] = []
                tried.reserveCapacity(kept.count)
                for operation in kept {
                    guard eligible(operation) else {
                        tried.append(operation)
                        continue
                    }
                    seen += 1
                    guard seen > start, seen <= start + length else {
                        tried.append(operation)
                        continue
                    }
                    replaced += 1
                    if let other = replacement(operation) { tried.append(other) }
                }
                guard replaced > 0 else { break }
                if holds(tried) { kept = tried } else { start += length }
            }
            if length == 1 { break }
            length /= 2
        }
        return kept
    }
}
