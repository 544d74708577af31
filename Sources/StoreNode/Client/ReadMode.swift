/// What a client's reads rest on.
public enum ReadMode: String, Sendable, CaseIterable {
    /// The primary's lease, or that of a chain's tail.
    case primary
    /// A round of confirmations that begins after the read came: right whatever any clock does.
    case confirmed
    /// Whatever this node holds, as long as it is not older than the node's bound.
    case replica
}
