import NIOCore
import Replication
import StoreNode
import Testing
import Topology

@Suite struct PeerCodecTests {
    private static let command = Command(.set, [Array("key".utf8), Array("value".utf8)])
    private static let position = LogPosition(term: Term(3), index: 77)

    private static let messages: [PeerMessage] =
        [
            .poll(
                .init(
                    sentAt: Instant(nanoseconds: 5),
                    heardFrom: Instant(nanoseconds: 4),
                    shards: [
                        .init(shard: ShardID(1), term: Term(2), commit: 3, isLeased: true),
                        .init(
                            shard: ShardID(255),
                            term: Term(.max),
                            commit: .max,
                            isLeased: false,
                            isTail: true
                        ),
                    ]
                )
            ),
            .poll(.init(sentAt: .distantPast, shards: [])),
            .pollAnswer(
                .init(
                    sentAt: Instant(nanoseconds: .max),
                    answeredAt: Instant(nanoseconds: 12),
                    confirmed: [
                        .init(shard: ShardID(1), term: Term(2), has: 7),
                        .init(shard: ShardID(2), term: Term(2), has: .max, isLeaseless: true),
                    ],
                    refused: [.init(shard: ShardID(9), term: Term(8))]
                )
            ),
            .appends([
                .init(shard: ShardID(3), term: Term(3), previous: .start, commit: 0, entries: []),
                .init(
                    shard: ShardID(4),
                    term: Term(3),
                    previous: position,
                    commit: 70,
                    entries: [
                        LogEntry(term: Term(3), command: command),
                        LogEntry(term: Term(3), command: .noOperation),
                        LogEntry(
                            term: Term(3),
                            command: Command(
                                .transaction,
                                [command.bytes, Command(.pushRight, [[1], [2], []]).bytes]
                            )
                        ),
                    ]
                ),
            ]),
            .appendAnswers([
                .init(shard: ShardID(4), term: Term(3), outcome: .has(80, holds: 82)),
                .init(shard: ShardID(5), term: Term(3), outcome: .tryAfter(2)),
                .init(shard: ShardID(6), term: Term(3), outcome: .needsCopy),
                .init(shard: ShardID(7), term: Term(3), outcome: .higherTerm(Term(9))),
            ]),
            .snapshot(
                .init(
                    shard: ShardID(4),
                    term: Term(3),
                    position: position,
                    number: 12,
                    isLast: true,
                    bytes: [1, 2, 3]
                )
            ),
            .snapshotAnswer(
                .init(shard: ShardID(4), term: Term(3), position: position, number: 12)
            ),
            .recover([.init(shard: ShardID(4), term: Term(3))]),
            .recoverAnswers([
                .init(
                    shard: ShardID(4),
                    term: Term(3),
                    end: position,
                    grants: [
                        .init(holder: .init(node: NodeID(2), boot: BootID(9)), nanoseconds: 252),
                        .init(holder: .anyone, nanoseconds: 1),
                    ]
                ),
                .init(shard: ShardID(5), term: Term(3), end: .start, grants: []),
            ]),
            .read(
                .init(
                    shard: ShardID(4),
                    term: Term(3),
                    number: 8,
                    commit: 70,
                    command: Command(.getMany, [[1], [2, 3]])
                )
            ),
            .readAnswer(.init(shard: ShardID(4), term: Term(3), number: 8, reply: nil)),
        ]
        + replies.map {
            .readAnswer(.init(shard: ShardID(4), term: Term(3), number: 9, reply: $0))
        }

    private static let record = StoredRecord(bytes: command.bytes)

    private static let replies: [CommandReply] = [
        .null, .integer(-3), .value(record), .values([record, nil]), .type(.list),
        .elements(ListSlice(elements: [[1, 2], [], [3]])), .failure(.wrongType),
        .failure(.replyTooLong),
        .replies([.ok, .integer(1), .values([])]), .aborted,
    ]

    private func decoded(_ buffer: inout ByteBuffer) throws -> PeerMessage? {
        guard let frame = try PeerFrame.next(in: &buffer) else { return nil }
        return try PeerCodec.decode(frame.kind, frame.body)
    }

    @Test(arguments: messages)
    func `every message comes back as it was`(message: PeerMessage) throws {
        var buffer = ByteBuffer()
        PeerCodec.encode(message, into: &buffer)
        #expect(try decoded(&buffer) == message)
        #expect(buffer.readableBytes == 0)
    }

    @Test func `messages that arrive byte by byte come out whole and in order`() throws {
        var all = ByteBuffer()
        for message in Self.messages { PeerCodec.encode(message, into: &all) }
        var arrived = ByteBuffer()
        var received: [PeerMessage] = []
        while let byte: UInt8 = all.readInteger() {
            arrived.writeInteger(byte)
            while let message = try decoded(&arrived) { received.append(message) }
        }
        #expect(received == Self.messages)
    }

    @Test(arguments: messages)
    func `a body that is cut or longer than its message breaks the link`(
        message: PeerMessage
    ) throws {
        var buffer = ByteBuffer()
        PeerCodec.encode(message, into: &buffer)
        let frame = try #require(try PeerFrame.next(in: &buffer))
        // A copy's bytes go to the end of the frame, whatever that is.
        if case .snapshot = message { return }
        for length in 0..<frame.body.readableBytes {
            let start = frame.body.readerIndex
            let cut = try #require(frame.body.getSlice(at: start, length: length))
            #expect(throws: PeerCodecError.malformed(frame.kind)) {
                try PeerCodec.decode(frame.kind, cut)
            }
        }
        var longer = frame.body
        longer.writeInteger(UInt8(0))
        #expect(throws: PeerCodecError.malformed(frame.kind)) {
            try PeerCodec.decode(frame.kind, longer)
        }
    }

    @Test func `random bytes never trap`() {
        var state: UInt64 = 0x5eed
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for message in Self.messages {
            for _ in 0..<2_000 {
                var buffer = ByteBuffer()
                PeerCodec.encode(message, into: &buffer)
                for _ in 0...next() % 4 {
                    let offset = Int(next()) % buffer.readableBytes
                    buffer.setInteger(next(), at: offset)
                }
                while let read = try? decoded(&buffer), buffer.readableBytes > 0 { _ = read }
            }
        }
    }

    @Test func `absurd lengths and counts are refused before any room is made for them`() throws {
        var long = ByteBuffer(integer: UInt32.max, endianness: .little)
        long.writeInteger(UInt8(2))
        #expect(throws: PeerCodecError.tooLong(byteCount: Int(UInt32.max))) {
            try PeerFrame.next(in: &long)
        }
        let many = ByteBuffer(integer: UInt32.max, endianness: .little)
        #expect(throws: PeerCodecError.malformed(.recover)) {
            try PeerCodec.decode(.recover, many)
        }
        var unknown = ByteBuffer(integer: UInt32(0), endianness: .little)
        unknown.writeInteger(UInt8(99))
        #expect(throws: PeerCodecError.unknownKind(99)) { try PeerFrame.next(in: &unknown) }
    }

    @Test func `a greeting of another version says so`() throws {
        let greeting = PeerGreeting(
            cluster: ClusterID(1),
            node: NodeID(2),
            boot: BootID(3),
            copy: CopyID(4)
        )
        var buffer = ByteBuffer()
        greeting.encode(into: &buffer)
        var frame = try #require(try PeerFrame.next(in: &buffer))
        #expect(try PeerGreeting(body: frame.body) == greeting)
        frame.body.setInteger(UInt16(7), at: frame.body.readerIndex + 4, endianness: .little)
        let expected = PeerCodecError.refused(
            "it speaks version 7 of the link's protocol, not 4"
        )
        #expect(throws: expected) { try PeerGreeting(body: frame.body) }
    }
}
