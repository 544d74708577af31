/// Makes an impossible history of one object small, dropping only what cannot be the cause.
///
/// Without an operation that only observes, every order stays an order; so does it with an
/// operation that need not have taken effect any more. What stays impossible proves as much.
struct Minimizer<Operation: SearchableOperation> {
    /// How many operations and states all tries together may look at.
    private static var effort: Int { 200_000 }

    /// What a try of a search came to.
    struct Try {
        /// Whether no order exists, as far as a small budget tells.
        var isImpossible: Bool
        var states: Int
    }

    private let attempt: ([Operation]) -> Try
    private var left = Self.effort

    init(attempt: @escaping ([Operation]) -> Try) {
        self.attempt = attempt
    }

    /// - Parameter operations: By invocation, the last ones nearest to the trouble.
    mutating func minimal(_ operations: [Operation]) -> [Operation] {
        var kept = withFewestObservers(operations)
        kept = withoutRuns(kept, of: \.observes) { _ in nil }
        kept = withoutRuns(kept, of: { $0.isRequired && !$0.observes }) { $0.relaxed }
        return withoutRuns(kept, of: \.observes) { _ in nil }
    }

    private mutating func holds(_ operations: [Operation]) -> Bool {
        let result = attempt(operations)
        left -= operations.count + 4 * result.states + 50
        return result.isImpossible
    }

    /// Only the last few observers, twice as many until it is impossible again.
    private mutating func withFewestObservers(_ operations: [Operation]) -> [Operation] {
        let count = operations.count(where: \.observes)
        var last = 1
        while last < count, left > 0 {
            var skipped = count - last
            let fewer = operations.filter { operation in
                guard skipped > 0, operation.observes else { return true }
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
        var length = max(1, kept.count(where: eligible) / 2)
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
