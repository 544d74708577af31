public import Topology

extension PeerMessage {
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
            /// Has everything up to the first index of the primary's log, and so do those behind it in a
            /// chain; itself it holds everything up to the second one.
            case has(UInt64, holds: UInt64)
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
