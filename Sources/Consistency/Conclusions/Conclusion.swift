public import Histories

/// What the check of one history came to.
public struct Conclusion: Sendable, Equatable {
    /// An invalid verdict's reasons are one line each; the counterexamples say it at length.
    public var verdict: Verdict
    public var counterexamples: [Counterexample]
    /// What a reader should know although it does not change the verdict.
    public var notes: [String]
    public var spent: SearchSpent
    /// Operations that had a say: with none, nothing was proven.
    public var operations: Int
    /// The isolation it was held against, in words; nil where there are no levels.
    public var level: String?

    public init(
        verdict: Verdict,
        counterexamples: [Counterexample] = [],
        notes: [String] = [],
        spent: SearchSpent = SearchSpent(),
        operations: Int,
        level: String? = nil
    ) {
        self.verdict = verdict
        self.counterexamples = counterexamples
        self.notes = notes
        self.spent = spent
        self.operations = operations
        self.level = level
    }
}

/// The few operations that cannot all have happened as told, and why.
public struct Counterexample: Sendable, Equatable {
    /// The name of the anomaly: `stale-read`, `lost-update`, `G-single`, for instance.
    public var anomaly: String
    /// `nil` where it spans keys.
    public var key: KeyID?
    /// Places in the history's `operations`, in the order of the telling.
    public var operations: [Int]
    /// Four to eight lines: who wrote what, when it was acknowledged, who read what, the conclusion.
    public var lines: [String]

    public init(anomaly: String, key: KeyID?, operations: [Int], lines: [String]) {
        self.anomaly = anomaly
        self.key = key
        self.operations = operations
        self.lines = lines
    }
}

/// How much of a budget a search used.
public struct SearchSpent: Sendable, Hashable {
    public var states: Int
    /// The most bytes that were held at once for states.
    public var bytes: Int

    public init(states: Int = 0, bytes: Int = 0) {
        self.states = states
        self.bytes = bytes
    }
}
