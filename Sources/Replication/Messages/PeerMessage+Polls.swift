public import Topology

extension PeerMessage {
    public struct Poll: Sendable, Equatable {
        /// The sender's own clock at sending; comes back in the answer.
        public var sentAt: Instant
        /// When, by the receiver's clock, the last answer was sent that the sender had when it sent
        /// this; `distantPast` where it had none.
        public var heardFrom: Instant
        public var shards: [PolledShard]

        public init(sentAt: Instant, heardFrom: Instant = .distantPast, shards: [PolledShard]) {
            self.sentAt = sentAt
            self.heardFrom = heardFrom
            self.shards = shards
        }
    }

    public struct PolledShard: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public var commit: UInt64
        /// Whether the primary held its lease when it sent this.
        public var isLeased: Bool
        /// Whether the tail of a chain asks, which reads but does not reign.
        public var isTail: Bool

        public init(
            shard: ShardID,
            term: Term,
            commit: UInt64,
            isLeased: Bool,
            isTail: Bool = false
        ) {
            self.shard = shard
            self.term = term
            self.commit = commit
            self.isLeased = isLeased
            self.isTail = isTail
        }
    }

    public struct PollAnswer: Sendable, Equatable {
        public var sentAt: Instant
        /// The answering node's own clock; comes back in the next poll.
        public var answeredAt: Instant
        public var confirmed: [Confirmation]
        /// Shards for which it stored a higher term.
        public var refused: [ShardTerm]

        public init(
            sentAt: Instant,
            answeredAt: Instant = .distantPast,
            confirmed: [Confirmation],
            refused: [ShardTerm]
        ) {
            self.sentAt = sentAt
            self.answeredAt = answeredAt
            self.confirmed = confirmed
            self.refused = refused
        }
    }

    /// A replica's word that it knows no higher term, which grants a lease.
    public struct Confirmation: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        /// Everything up to this index of the term's log is here, as durable as the node promises.
        public var has: UInt64
        /// Whether the replica is a chain's tail without a lease to read under.
        public var isLeaseless: Bool

        public init(shard: ShardID, term: Term, has: UInt64, isLeaseless: Bool = false) {
            self.shard = shard
            self.term = term
            self.has = has
            self.isLeaseless = isLeaseless
        }
    }

    public struct ShardTerm: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term

        public init(shard: ShardID, term: Term) {
            self.shard = shard
            self.term = term
        }
    }
}
