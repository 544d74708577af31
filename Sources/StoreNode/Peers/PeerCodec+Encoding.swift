package import NIOCore
package import Replication
internal import Topology

/// Messages between nodes, to bytes and back.
package enum PeerCodec {
    /// Appends a message as one frame.
    package static func encode(_ message: PeerMessage, into buffer: inout ByteBuffer) {
        switch message {
        case .poll(let poll):
            PeerFrame.write(.poll, into: &buffer) { encode(poll, into: &$0) }
        case .pollAnswer(let answer):
            PeerFrame.write(.pollAnswer, into: &buffer) { encode(answer, into: &$0) }
        case .appends(let appends):
            PeerFrame.write(.appends, into: &buffer) { buffer in
                buffer.write(UInt32(appends.count))
                for append in appends { encode(append, into: &buffer) }
            }
        case .appendAnswers(let answers):
            PeerFrame.write(.appendAnswers, into: &buffer) { encode(answers, into: &$0) }
        case .snapshot(let chunk):
            PeerFrame.write(.snapshot, into: &buffer) { encode(chunk, into: &$0) }
        case .snapshotAnswer(let answer):
            PeerFrame.write(.snapshotAnswer, into: &buffer) { buffer in
                buffer.write(answer.shard, answer.term)
                buffer.write(answer.position)
                buffer.write(answer.number)
            }
        case .recover(let requests):
            PeerFrame.write(.recover, into: &buffer) { buffer in
                buffer.write(UInt32(requests.count))
                for request in requests { buffer.write(request.shard, request.term) }
            }
        case .recoverAnswers(let answers):
            PeerFrame.write(.recoverAnswers, into: &buffer) { buffer in
                buffer.write(UInt32(answers.count))
                for answer in answers {
                    buffer.write(answer.shard, answer.term)
                    buffer.write(answer.end)
                    buffer.write(UInt32(answer.grants.count))
                    for grant in answer.grants {
                        buffer.write(grant.holder.node.value)
                        buffer.write(grant.holder.boot.value)
                        buffer.write(grant.nanoseconds)
                    }
                }
            }
        case .read(let read):
            PeerFrame.write(.read, into: &buffer) { buffer in
                buffer.write(read.shard, read.term)
                buffer.write(read.number)
                buffer.write(read.commit)
                buffer.writeBytes(read.command.bytes)
            }
        case .readAnswer(let answer):
            PeerFrame.write(.readAnswer, into: &buffer) { buffer in
                buffer.write(answer.shard, answer.term)
                buffer.write(answer.number)
                buffer.write(UInt8(answer.reply == nil ? 0 : 1))
                if let reply = answer.reply { encode(reply, into: &buffer) }
            }
        }
    }

    // What nodes tell each other all the time: room is looked for once, and not before each number.

    private static func encode(_ poll: PeerMessage.Poll, into buffer: inout ByteBuffer) {
        let byteCount = 20 + 20 * poll.shards.count
        buffer.write(atMost: byteCount) { writer in
            writer.write(poll.sentAt.nanoseconds)
            writer.write(poll.heardFrom.nanoseconds)
            writer.write(UInt32(poll.shards.count))
            for polled in poll.shards {
                writer.write(polled.shard.value)
                writer.write(polled.term.value)
                writer.write(polled.commit)
                writer.write(UInt8(polled.isLeased ? 1 : 0))
                writer.write(UInt8(polled.isTail ? 1 : 0))
            }
        }
    }

    private static func encode(_ answer: PeerMessage.PollAnswer, into buffer: inout ByteBuffer) {
        let byteCount = 24 + 19 * answer.confirmed.count + 10 * answer.refused.count
        buffer.write(atMost: byteCount) { writer in
            writer.write(answer.sentAt.nanoseconds)
            writer.write(answer.answeredAt.nanoseconds)
            writer.write(UInt32(answer.confirmed.count))
            for confirmation in answer.confirmed {
                writer.write(confirmation.shard.value)
                writer.write(confirmation.term.value)
                writer.write(confirmation.has)
                writer.write(UInt8(confirmation.isLeaseless ? 1 : 0))
            }
            writer.write(UInt32(answer.refused.count))
            for item in answer.refused {
                writer.write(item.shard.value)
                writer.write(item.term.value)
            }
        }
    }

    private static func encode(_ append: PeerMessage.Append, into buffer: inout ByteBuffer) {
        var byteCount = 38
        for entry in append.entries { byteCount += 12 + entry.command.bytes.count }
        buffer.write(atMost: byteCount) { writer in
            writer.write(append.shard.value)
            writer.write(append.term.value)
            writer.write(append.previous.term.value)
            writer.write(append.previous.index)
            writer.write(append.commit)
            writer.write(UInt32(append.entries.count))
            for entry in append.entries {
                writer.write(entry.term.value)
                writer.write(UInt32(entry.command.bytes.count))
                writer.write(entry.command.bytes)
            }
        }
    }

    private static func encode(
        _ answers: [PeerMessage.AppendAnswer],
        into buffer: inout ByteBuffer
    ) {
        let byteCount = 4 + 27 * answers.count
        buffer.write(atMost: byteCount) { writer in
            writer.write(UInt32(answers.count))
            for answer in answers {
                writer.write(answer.shard.value)
                writer.write(answer.term.value)
                switch answer.outcome {
                case .has(let index, let holds):
                    writer.write(UInt8(1))
                    writer.write(index)
                    writer.write(holds)
                case .tryAfter(let index):
                    writer.write(UInt8(2))
                    writer.write(index)
                case .needsCopy:
                    writer.write(UInt8(3))
                    writer.write(UInt64(0))
                case .higherTerm(let term):
                    writer.write(UInt8(4))
                    writer.write(term.value)
                }
            }
        }
    }

    private static func encode(
        _ chunk: PeerMessage.SnapshotChunk,
        into buffer: inout ByteBuffer
    ) {
        buffer.write(chunk.shard, chunk.term)
        buffer.write(chunk.position)
        buffer.write(chunk.number)
        buffer.write(UInt8(chunk.isLast ? 1 : 0))
        buffer.writeBytes(chunk.bytes)
    }
}

/// Writes numbers and bytes behind one another into memory that has room for them.
@safe private struct MemoryWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe self.memory = memory
    }

    mutating func write(_ value: some FixedWidthInteger) {
        unsafe memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: type(of: value))
        count += value.bitWidth / 8
    }

    mutating func write(_ bytes: [UInt8]) {
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
        unsafe place.copyBytes(from: bytes)
        count += bytes.count
    }
}

extension ByteBuffer {
    /// Has room made once for so many bytes, and written there what is no more than that.
    @inline(__always)
    fileprivate mutating func write(atMost byteCount: Int, _ body: (inout MemoryWriter) -> Void) {
        unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { memory in
            var writer = unsafe MemoryWriter(memory)
            body(&writer)
            return writer.count
        }
    }

    mutating func write(_ value: some FixedWidthInteger) {
        writeInteger(value, endianness: .little)
    }

    fileprivate mutating func write(_ shard: ShardID, _ term: Term) {
        write(shard.value)
        write(term.value)
    }

    fileprivate mutating func write(_ position: LogPosition) {
        write(position.term.value)
        write(position.index)
    }
}
