/// A worker's request that took long enough to be remembered by itself.
///
/// Workers keep the ones above `threshold`; they tell how long the unluckiest client was stuck.
public struct SlowRequest: Sendable, Hashable, Codable {
    /// In nanoseconds: below this a request is not stuck, only slow.
    public static let threshold: Int64 = 100_000_000

    /// The intended start, in nanoseconds of the host's monotonic clock.
    public var startedAt: Int64
    public var completedAt: Int64
    public var outcome: Outcome

    public init(startedAt: Int64, completedAt: Int64, outcome: Outcome) {
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.outcome = outcome
    }
}
