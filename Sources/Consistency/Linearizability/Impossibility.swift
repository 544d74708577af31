import Histories

/// Why the operations of one object cannot all have happened as told: which of them, and what
/// that is called.
struct Impossibility: Sendable, Hashable {
    var anomaly: String
    /// Places in the history.
    var places: [Int32]
    /// The places of those that tell it best; empty where all do.
    var told: [Int32] = []
    /// The conclusion, a line each.
    var reasons: [String]
}

extension Conclusion {
    /// This conclusion, refuted.
    func refuted(by impossibility: Impossibility, _ key: KeyID?, _ history: History) -> Self {
        let telling = OperationTelling(history)
        let places = Set(impossibility.places + impossibility.told).map(Int.init).sorted()
        let told = impossibility.told.isEmpty ? places : impossibility.told.map(Int.init)
        let title = telling.title(key) + impossibility.anomaly
        var lines = [title]
        lines += telling.lines(told, limit: max(2, 7 - impossibility.reasons.count))
        lines += impossibility.reasons
        if lines.count < 4 { lines.append("No store that keeps its promise answers so.") }
        var refuted = self
        refuted.verdict = .invalid([title])
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

    /// This conclusion, no longer valid if there were operations that the model does not know.
    func aware(
        ofForeign count: Int,
        _ modelName: String,
        _ key: KeyID,
        _ history: History
    ) -> Self {
        guard count > 0, verdict.rank < Verdict.invalid([]).rank else { return self }
        var aware = self
        let title = OperationTelling(history).title(key)
        let operations = count == 1 ? "1 operation is" : "\(Count.text(count)) operations are"
        aware.verdict = .unknown(["\(title)\(operations) none of the model \(modelName)"])
        return aware
    }
}
