/// One request of an availability probe: a fresh question to the key of one initial primary.
public struct ProbeSample: Sendable, Hashable, Codable {
    /// The node that was primary of the probe's key when the cluster came up.
    public var initialPrimary: Int
    /// Nanoseconds of the host's monotonic clock.
    public var sentAt: Int64
    /// When the answer came or the probe gave up.
    public var completedAt: Int64
    public var outcome: Outcome

    public init(initialPrimary: Int, sentAt: Int64, completedAt: Int64, outcome: Outcome) {
        self.initialPrimary = initialPrimary
        self.sentAt = sentAt
        self.completedAt = completedAt
        self.outcome = outcome
    }
}
