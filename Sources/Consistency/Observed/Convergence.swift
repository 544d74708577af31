/// How the replicas came to hold the same once everything was healed.
public struct Convergence: Sendable, Hashable, Codable {
    /// Seconds that it may take.
    public var bound: Double
    /// Seconds from the heal until every replica of every key was read and held the same; `nil` if
    /// that never was so.
    public var settledAfter: Double?
    public var keys: Int
    public var copies: Int
    /// Copies that did not answer when they were read last.
    public var unreadCopies: Int
    /// Whether the map named replicas for every key.
    public var isMapComplete: Bool

    public init(
        bound: Double,
        settledAfter: Double?,
        keys: Int,
        copies: Int,
        unreadCopies: Int,
        isMapComplete: Bool
    ) {
        self.bound = bound
        self.settledAfter = settledAfter
        self.keys = keys
        self.copies = copies
        self.unreadCopies = unreadCopies
        self.isMapComplete = isMapComplete
    }
}
