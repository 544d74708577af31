/// That one process was a shard's primary in one term, and who says so.
public struct PrimaryReign: Sendable, Hashable {
    public enum Witness: String, Sendable, Hashable {
        /// The cluster map names it.
        case map = "the map"
        /// The node itself says so.
        case node = "the node itself"
    }

    public var shard: Int
    public var term: UInt64
    public var node: Int
    /// The process: one that was started again is another; `nil` where it is not told.
    public var boot: UInt64?
    public var witness: Witness
    /// Nanoseconds of the host's monotonic clock.
    public var at: Int64

    public init(
        shard: Int,
        term: UInt64,
        node: Int,
        boot: UInt64?,
        witness: Witness,
        at: Int64
    ) {
        self.shard = shard
        self.term = term
        self.node = node
        self.boot = boot
        self.witness = witness
        self.at = at
    }
}
