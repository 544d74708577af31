internal import NIOCore
internal import Replication

/// What a chain's tail answered to a client's read.
extension PeerCodec {
    private enum Kind: UInt8 {
        case ok = 0
        case null = 1
        case integer = 2
        case value = 3
        case values = 4
        case type = 5
        case elements = 6
        case replies = 7
        case aborted = 8
        case failure = 9
    }

    private static let failures: [CommandFailure] = [
        .notAnInteger, .overflow, .tooLong, .wrongType, .replyTooLong,
    ]
    private static let types: [ValueType] = [.none, .string, .list]

    static func encode(_ reply: CommandReply, into buffer: inout ByteBuffer) {
        switch reply {
        case .ok: buffer.write(Kind.ok.rawValue)
        case .null: buffer.write(Kind.null.rawValue)
        case .integer(let number):
            buffer.write(Kind.integer.rawValue)
            buffer.write(number)
        case .value(let record):
            buffer.write(Kind.value.rawValue)
            buffer.write(record)
        case .values(let records):
            buffer.write(Kind.values.rawValue)
            buffer.write(UInt32(records.count))
            for record in records {
                buffer.write(UInt8(record == nil ? 0 : 1))
                if let record { buffer.write(record) }
            }
        case .type(let type):
            buffer.write(Kind.type.rawValue)
            buffer.write(UInt8(types.firstIndex(of: type) ?? 0))
        case .elements(let slice):
            buffer.write(Kind.elements.rawValue)
            buffer.write(UInt32(slice.count))
            slice.forEach { element in
                buffer.writeInteger(UInt32(element.count), endianness: .little)
                unsafe element.withUnsafeBytes { unsafe _ = buffer.writeBytes($0) }
            }
        case .replies(let replies):
            buffer.write(Kind.replies.rawValue)
            buffer.write(UInt32(replies.count))
            for reply in replies { encode(reply, into: &buffer) }
        // A watch is the head's own; whoever else gave one must not be believed.
        case .aborted, .watching: buffer.write(Kind.aborted.rawValue)
        case .failure(let failure):
            buffer.write(Kind.failure.rawValue)
            buffer.write(UInt8(failures.firstIndex(of: failure) ?? 0))
        }
    }

    /// - Parameter mayNest: whether it may be the replies of a transaction, which hold no others.
    static func reply(_ body: inout ByteBuffer, mayNest: Bool = true) -> CommandReply? {
        guard let kind = body.read(UInt8.self).flatMap(Kind.init(rawValue:)) else { return nil }
        switch kind {
        case .ok: return .ok
        case .null: return .null
        case .integer: return body.read(Int64.self).map { .integer($0) }
        case .value: return body.readRecord().map { .value($0) }
        case .values:
            return body.readList(of: 1) { body -> StoredRecord?? in
                guard let isThere = body.readFlag() else { return nil }
                guard isThere else { return .some(nil) }
                return body.readRecord().map { .some($0) }
            }.map { .values($0) }
        case .type:
            guard let number = body.read(UInt8.self), number < types.count else { return nil }
            return .type(types[Int(number)])
        case .elements:
            let elements = body.readList(of: 4) { body -> [UInt8]? in
                guard let length = body.read(UInt32.self) else { return nil }
                return body.readBytes(length: Int(length))
            }
            return elements.map { .elements(ListSlice(elements: $0)) }
        case .replies:
            guard mayNest else { return nil }
            return body.readList(of: 1) { reply(&$0, mayNest: false) }.map { .replies($0) }
        case .aborted: return .aborted
        case .failure:
            guard let number = body.read(UInt8.self), number < failures.count else { return nil }
            return .failure(failures[Int(number)])
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ record: StoredRecord) {
        write(UInt32(record.bytes.count))
        writeBytes(record.bytes)
    }

    fileprivate mutating func readRecord() -> StoredRecord? {
        guard let length = read(UInt32.self), let bytes = readBytes(length: Int(length)) else {
            return nil
        }
        return StoredRecord(received: bytes)
    }
}
