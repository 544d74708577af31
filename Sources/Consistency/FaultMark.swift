/// One fault of the journal, as far as judging needs it.
///
/// Times are nanoseconds of the host's monotonic clock.
public struct FaultMark: Sendable, Hashable {
    /// Readable, with its target: `machine-crash of node 3`.
    public var name: String
    /// `nil` if it never struck.
    public var appliedAt: Int64?
    public var healedAt: Int64?
    /// The nodes it touched; empty means that it is not known.
    public var nodes: [Int]
    /// Whether a reading proves that it bit.
    public var hasEvidence: Bool

    public init(
        name: String,
        appliedAt: Int64?,
        healedAt: Int64?,
        nodes: [Int],
        hasEvidence: Bool
    ) {
        self.name = name
        self.appliedAt = appliedAt
        self.healedAt = healedAt
        self.nodes = nodes
        self.hasEvidence = hasEvidence
    }
}
