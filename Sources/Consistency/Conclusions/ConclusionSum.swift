/// The conclusion of several parts of one history.
enum ConclusionSum {
    /// How many counterexamples and reasons are told; more would not be read.
    private static let told = 20

    static func combined(_ conclusions: [Conclusion]) -> Conclusion {
        guard conclusions.count != 1 else { return conclusions[0] }
        var sum = Conclusion(verdict: .combined(conclusions.map(\.verdict)), operations: 0)
        for conclusion in conclusions {
            let room = told - sum.counterexamples.count
            if room > 0 { sum.counterexamples += conclusion.counterexamples.prefix(room) }
            if sum.notes.count < told { sum.notes += conclusion.notes }
            sum.level = sum.level ?? conclusion.level
            sum.operations += conclusion.operations
            sum.spent.states += conclusion.spent.states
            sum.spent.bytes = max(sum.spent.bytes, conclusion.spent.bytes)
        }
        let reasons = sum.verdict.reasons
        if reasons.count > told {
            let fewer = reasons.prefix(told) + ["and \(reasons.count - told) more"]
            sum.verdict = Verdict(name: sum.verdict.name, reasons: Array(fewer)) ?? sum.verdict
        }
        return sum
    }
}
