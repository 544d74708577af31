public import Topology

/// What nodes say to each other.
///
/// A link delivers messages in order or breaks.
public enum PeerMessage: Sendable, Equatable {
    /// Primary → backup, every `Timing.poll`: asks for a lease on each shard.
    case poll(Poll)
    case pollAnswer(PollAnswer)
    /// Primary → backup.
    case append(Append)
    /// Backup → primary: what it now has, and where it could not follow.
    case appendAnswers([AppendAnswer])
    /// Primary → backup: one chunk of a full copy.
    case snapshot(SnapshotChunk)
    case snapshotAnswer(SnapshotAnswer)
    /// New primary → replicas: store this term and report.
    case recover([RecoverRequest])
    case recoverAnswers([RecoverAnswer])

    public struct Poll: Sendable, Equatable {
        /// The primary's own clock at sending; comes back in the answer.
        public var sentAt: Instant
        public var shards: [PolledShard]
        public init(sentAt: Instant, shards: [PolledShard]) {
            self.sentAt = sentAt
            self.shards = shards
        }
    }

    public struct PolledShard: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public var commit: UInt64
        /// Whether the primary held its lease when it sent this.
        public var isLeased: Bool
        public init(shard: ShardID, term: Term, commit: UInt64, isLeased: Bool) {
            self.shard = shard
            self.term = term
            self.commit = commit
            self.isLeased = isLeased
        }
    }

    public struct PollAnswer: Sendable, Equatable {
        public var sentAt: Instant
        /// Shards whose term the backup confirmed, and so granted a lease on.
        public var confirmed: [ShardTerm]
        /// Shards for which it stored a higher term.
        public var refused: [ShardTerm]
        public init(sentAt: Instant, confirmed: [ShardTerm], refused: [ShardTerm]) {
            self.sentAt = sentAt
            self.confirmed = confirmed
            self.refused = refused
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

    public struct Append: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        /// The entry before the first of `entries`.
        public var previous: LogPosition
        public var commit: UInt64
        /// Consecutive, from `previous.index + 1`.
        public var entries: [LogEntry]
        public init(
            shard: ShardID,
            term: Term,
            previous: LogPosition,
            commit: UInt64,
            entries: [LogEntry]
        ) {
            self.shard = shard
            self.term = term
            self.previous = previous
            self.commit = commit
            self.entries = entries
        }
    }

    public struct AppendAnswer: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public var outcome: Outcome
        public enum Outcome: Sendable, Equatable {
            /// Has everything up to this index of the primary's log.
            case has(UInt64)
            /// Its log does not hold `previous`; the primary should try from after this index.
            case tryAfter(UInt64)
            /// Its applied state has diverged or its log begins too late: send a full copy.
            case needsCopy
            /// It stored this higher term.
            case higherTerm(Term)
        }
        public init(shard: ShardID, term: Term, outcome: Outcome) {
            self.shard = shard
            self.term = term
            self.outcome = outcome
        }
    }

    public struct SnapshotChunk: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        /// The position that the copy stands at.
        public var position: LogPosition
        public var number: UInt32
        public var isLast: Bool
        /// Records: length (4 bytes, little-endian) and the bytes of a `set`, repeated.
        public var bytes: [UInt8]
        public init(
            shard: ShardID,
            term: Term,
            position: LogPosition,
            number: UInt32,
            isLast: Bool,
            bytes: [UInt8]
        ) {
            self.shard = shard
            self.term = term
            self.position = position
            self.number = number
            self.isLast = isLast
            self.bytes = bytes
        }
    }

    public struct SnapshotAnswer: Sendable, Equatable {
        public var shard: ShardID
        public var term: Term
        public var position: LogPosition
        public var number: UInt32
        public init(shard: ShardID, term: Term, position: LogPosition, number: UInt32) {
            self.shard = shard
            self.term = term
            self.position = position
            self.number = number
        }
    }

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
        /// Nanoseconds until the last grant it gave to an earlier primary has expired.
        public var remainingGrant: UInt64
        public init(shard: ShardID, term: Term, end: LogPosition, remainingGrant: UInt64) {
            self.shard = shard
            self.term = term
            self.end = end
            self.remainingGrant = remainingGrant
        }
    }
}

/// One entry of a shard's log.
public struct LogEntry: Sendable, Equatable {
    public var term: Term
    public var command: Command
    public init(term: Term, command: Command) {
        self.term = term
        self.command = command
    }
}
