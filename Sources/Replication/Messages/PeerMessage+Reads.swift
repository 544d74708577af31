public import Topology

extension PeerMessage {
    /// A client's read, which the tail answers from what the head says is committed.
    public struct Read: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        /// The head's number for it.
        public var number: UInt64
        public var commit: UInt64
        public var command: Command

        public init(
            shard: ShardID,
            term: Term,
            number: UInt64,
            commit: UInt64,
            command: Command
        ) {
            self.shard = shard
            self.term = term
            self.number = number
            self.commit = commit
            self.command = command
        }
    }

    public struct ReadAnswer: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public var number: UInt64
        /// Nil where the tail holds no lease, or is none.
        public var reply: CommandReply?

        public init(shard: ShardID, term: Term, number: UInt64, reply: CommandReply?) {
            self.shard = shard
            self.term = term
            self.number = number
            self.reply = reply
        }
    }
}
