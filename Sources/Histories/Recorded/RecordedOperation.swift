/// What one client asked of a store and what it was told.
public struct RecordedOperation: Sendable, Hashable {
    /// `completed` of an operation whose end nobody saw: it may take effect at any time.
    public static let never = Int64.max

    /// The client, which asks one thing after the other.
    public var process: UInt32
    public var key: KeyID
    public var action: Action
    /// `failed` only where it certainly did not happen.
    public var outcome: Outcome
    /// On the history's clock.
    public var invoked: Int64
    /// On the history's clock; `never` where the outcome is unknown.
    public var completed: Int64

    public init(
        process: UInt32,
        key: KeyID,
        action: Action,
        outcome: Outcome,
        invoked: Int64,
        completed: Int64
    ) {
        self.process = process
        self.key = key
        self.action = action
        self.outcome = outcome
        self.invoked = invoked
        self.completed = completed
    }
}
