public import Topology

/// A change of who takes part that was carried out, with who held what before and after it.
public struct MembershipStep: Sendable {
    public var request: MembershipRequest
    public var before: Standing
    public var after: Standing
    /// What every node had done when it was over.
    public var tallies: [NodeID: NodeTally]
    /// CLOCK_MONOTONIC, when it was over.
    public var endedAt: UInt64

    /// Who takes part and who holds which slots at one moment.
    public struct Standing: Sendable {
        public var members: [NodeID]
        /// Slots that have the same replicas.
        public var holders: [Holding]
    }

    /// Slots and who holds them, the primary first.
    public struct Holding: Sendable, Equatable {
        public var slots: ClosedRange<Int>
        public var nodes: [NodeID]
    }
}
