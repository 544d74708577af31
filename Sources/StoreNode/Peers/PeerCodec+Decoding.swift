package import NIOCore
package import Replication
internal import Topology

extension PeerCodec {
    /// Reads the body of a frame; whatever does not fit exactly breaks the link.
    package static func decode(
        _ kind: PeerFrame.Kind,
        _ body: ByteBuffer
    ) throws(PeerCodecError) -> PeerMessage {
        var body = body
        let message: PeerMessage? =
            switch kind {
            case .greeting: throw .unexpected(.greeting)
            case .poll: poll(&body).map { .poll($0) }
            case .pollAnswer: pollAnswer(&body).map { .pollAnswer($0) }
            case .appends: body.readList(of: 38, append).map { .appends($0) }
            case .appendAnswers: body.readList(of: 19, appendAnswer).map { .appendAnswers($0) }
            case .snapshot: snapshot(&body).map { .snapshot($0) }
            case .snapshotAnswer: snapshotAnswer(&body).map { .snapshotAnswer($0) }
            case .recover: body.readList(of: 10, recoverRequest).map { .recover($0) }
            case .recoverAnswers:
                body.readList(of: 30, recoverAnswer).map { .recoverAnswers($0) }
            case .read: read(&body).map { .read($0) }
            case .readAnswer: readAnswer(&body).map { .readAnswer($0) }
            }
        guard let message, body.readableBytes == 0 else { throw .malformed(kind) }
        return message
    }

    private static func poll(_ body: inout ByteBuffer) -> PeerMessage.Poll? {
        guard let sentAt = body.read(UInt64.self), let heardFrom = body.read(UInt64.self),
            let shards = body.readList(of: 20, polledShard)
        else { return nil }
        return .init(
            sentAt: Instant(nanoseconds: sentAt),
            heardFrom: Instant(nanoseconds: heardFrom),
            shards: shards
        )
    }

    private static func polledShard(_ body: inout ByteBuffer) -> PeerMessage.PolledShard? {
        guard let (shard, term) = body.readShardTerm(), let commit = body.read(UInt64.self),
            let isLeased = body.readFlag(), let isTail = body.readFlag()
        else { return nil }
        return .init(
            shard: shard,
            term: term,
            commit: commit,
            isLeased: isLeased,
            isTail: isTail
        )
    }

    private static func pollAnswer(_ body: inout ByteBuffer) -> PeerMessage.PollAnswer? {
        guard let sentAt = body.read(UInt64.self), let answeredAt = body.read(UInt64.self),
            let confirmed = body.readList(of: 19, confirmation),
            let refused = body.readList(of: 10, shardTerm)
        else { return nil }
        return .init(
            sentAt: Instant(nanoseconds: sentAt),
            answeredAt: Instant(nanoseconds: answeredAt),
            confirmed: confirmed,
            refused: refused
        )
    }

    private static func confirmation(_ body: inout ByteBuffer) -> PeerMessage.Confirmation? {
        guard let (shard, term) = body.readShardTerm(), let has = body.read(UInt64.self),
            let isLeaseless = body.readFlag()
        else { return nil }
        return .init(shard: shard, term: term, has: has, isLeaseless: isLeaseless)
    }

    private static func shardTerm(_ body: inout ByteBuffer) -> PeerMessage.ShardTerm? {
        body.readShardTerm().map { .init(shard: $0, term: $1) }
    }

    private static func append(_ body: inout ByteBuffer) -> PeerMessage.Append? {
        guard
            let (shard, term, previousTerm, previousIndex, commit) = body.readMultipleIntegers(
                endianness: .little,
                as: (UInt16, UInt64, UInt64, UInt64, UInt64).self
            ), let entries = body.readList(of: 16, entry)
        else { return nil }
        return .init(
            shard: ShardID(shard),
            term: Term(term),
            previous: LogPosition(term: Term(previousTerm), index: previousIndex),
            commit: commit,
            entries: entries
        )
    }

    private static func entry(_ body: inout ByteBuffer) -> LogEntry? {
        guard
            let (term, length) = body.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt32).self
            ), let bytes = body.readBytes(length: Int(length)), let command = Command(bytes: bytes)
        else { return nil }
        return LogEntry(term: Term(term), command: command)
    }

    private static func appendAnswer(_ body: inout ByteBuffer) -> PeerMessage.AppendAnswer? {
        guard
            let (shard, term, kind, number) = body.readMultipleIntegers(
                endianness: .little,
                as: (UInt16, UInt64, UInt8, UInt64).self
            )
        else { return nil }
        let outcome: PeerMessage.AppendAnswer.Outcome
        switch kind {
        case 1:
            guard let holds = body.read(UInt64.self) else { return nil }
            outcome = .has(number, holds: holds)
        case 2: outcome = .tryAfter(number)
        case 3: outcome = .needsCopy
        case 4: outcome = .higherTerm(Term(number))
        default: return nil
        }
        return .init(shard: ShardID(shard), term: Term(term), outcome: outcome)
    }

    private static func snapshot(_ body: inout ByteBuffer) -> PeerMessage.SnapshotChunk? {
        guard let (shard, term) = body.readShardTerm(), let position = body.readPosition(),
            let number = body.read(UInt32.self), let isLast = body.readFlag(),
            let bytes = body.readBytes(length: body.readableBytes)
        else { return nil }
        return .init(
            shard: shard,
            term: term,
            position: position,
            number: number,
            isLast: isLast,
            bytes: bytes
        )
    }

    private static func snapshotAnswer(_ body: inout ByteBuffer) -> PeerMessage.SnapshotAnswer? {
        guard let (shard, term) = body.readShardTerm(), let position = body.readPosition(),
            let number = body.read(UInt32.self)
        else { return nil }
        return .init(shard: shard, term: term, position: position, number: number)
    }

    private static func recoverRequest(_ body: inout ByteBuffer) -> PeerMessage.RecoverRequest? {
        body.readShardTerm().map { .init(shard: $0, term: $1) }
    }

    private static func recoverAnswer(_ body: inout ByteBuffer) -> PeerMessage.RecoverAnswer? {
        guard let (shard, term) = body.readShardTerm(), let end = body.readPosition(),
            let grants = body.readList(of: 18, remainingGrant)
        else { return nil }
        return .init(shard: shard, term: term, end: end, grants: grants)
    }

    private static func remainingGrant(_ body: inout ByteBuffer) -> PeerMessage.RemainingGrant? {
        guard let node = body.read(UInt16.self), let boot = body.read(UInt64.self),
            let nanoseconds = body.read(UInt64.self)
        else { return nil }
        let holder = GrantHolder(node: NodeID(node), boot: BootID(boot))
        return .init(holder: holder, nanoseconds: nanoseconds)
    }

    private static func read(_ body: inout ByteBuffer) -> PeerMessage.Read? {
        guard let (shard, term) = body.readShardTerm(), let number = body.read(UInt64.self),
            let commit = body.read(UInt64.self),
            let bytes = body.readBytes(length: body.readableBytes),
            let command = Command(bytes: bytes), command.isRead
        else { return nil }
        return .init(shard: shard, term: term, number: number, commit: commit, command: command)
    }

    private static func readAnswer(_ body: inout ByteBuffer) -> PeerMessage.ReadAnswer? {
        guard let (shard, term) = body.readShardTerm(), let number = body.read(UInt64.self),
            let hasReply = body.readFlag()
        else { return nil }
        var answer = PeerMessage.ReadAnswer(shard: shard, term: term, number: number, reply: nil)
        if hasReply {
            guard let reply = reply(&body) else { return nil }
            answer.reply = reply
        }
        return answer
    }
}

extension ByteBuffer {
    mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        readInteger(endianness: .little, as: type)
    }

    mutating func readFlag() -> Bool? {
        guard let value = read(UInt8.self), value <= 1 else { return nil }
        return value == 1
    }

    fileprivate mutating func readShardTerm() -> (ShardID, Term)? {
        guard let shard = read(UInt16.self), let term = read(UInt64.self) else { return nil }
        return (ShardID(shard), Term(term))
    }

    fileprivate mutating func readPosition() -> LogPosition? {
        guard let term = read(UInt64.self), let index = read(UInt64.self) else { return nil }
        return LogPosition(term: Term(term), index: index)
    }

    /// A count and as many elements, each of at least `leastBytes`.
    ///
    /// A count that the bytes cannot hold is refused before any room is made for it.
    mutating func readList<Element>(
        of leastBytes: Int,
        _ element: (inout ByteBuffer) -> Element?
    ) -> [Element]? {
        guard let count = read(UInt32.self), Int(count) <= readableBytes / leastBytes else {
            return nil
        }
        var list: [Element] = []
        list.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let next = element(&self) else { return nil }
            list.append(next)
        }
        return list
    }
}
