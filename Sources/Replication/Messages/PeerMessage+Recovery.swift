public import Topology

extension PeerMessage {
    public struct RecoverRequest: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public init(shard: ShardID, term: Term) {
            self.shard = shard
            self.term = term
        }
    }

    public struct RecoverAnswer: Sendable, Equatable {
        public var shard: ShardID
        /// The term asked for, or the higher one that was stored instead.
        public var term: Term
        public var end: LogPosition
        /// What it granted to readers of earlier terms and has not expired.
        public var grants: [RemainingGrant]
        public init(shard: ShardID, term: Term, end: LogPosition, grants: [RemainingGrant]) {
            self.shard = shard
            self.term = term
            self.end = end
            self.grants = grants
        }
    }

    public struct RemainingGrant: Sendable, Equatable {
        public var holder: GrantHolder
        public var nanoseconds: UInt64
        public init(holder: GrantHolder, nanoseconds: UInt64) {
            self.holder = holder
            self.nanoseconds = nanoseconds
        }
    }
}

/// The process that a lease was granted to.
///
/// Once it stored a higher term it reads no more under that lease, so the grant is released.
public struct GrantHolder: Sendable, Equatable {
    public var node: NodeID
    public var boot: BootID

    public init(node: NodeID, boot: BootID) {
        self.node = node
        self.boot = boot
    }

    /// Whoever an earlier life of the granting process may have granted one to.
    public static let anyone = GrantHolder(node: NodeID(0), boot: .none)
}
