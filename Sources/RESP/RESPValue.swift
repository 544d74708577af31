/// One whole reply, copied out of its buffer; for whoever asks rarely and wants the tree.
public indirect enum RESPValue: Equatable, Sendable {
    case simpleString(String)
    case error(String)
    case integer(Int)
    case bulk([UInt8])
    case null
    case array([RESPValue])
    case boolean(Bool)
    case double(String)
    case bigNumber(String)
    /// Keys and values by turns, in the order of the wire.
    case map([RESPValue])
    case set([RESPValue])
    case push([RESPValue])

    /// Copies a decoded reply; refuses one that nests deeper than `RESPLimits.replyDepth`.
    public init(_ reply: borrowing Reply) throws(RESPError) {
        try self.init(reply, depth: 0)
    }

    private init(_ reply: borrowing Reply, depth: Int) throws(RESPError) {
        guard depth < RESPLimits.replyDepth else { throw .replyTooDeep }
        switch reply.kind {
        case .simpleString: self = .simpleString(reply.payload.text)
        case .error, .bulkError: self = .error(reply.payload.text)
        case .integer: self = .integer(reply.integer ?? 0)
        case .bulk: self = .bulk(reply.payload.array)
        case .null, .nullArray: self = .null
        case .boolean: self = .boolean(reply.payload.text == "t")
        case .double: self = .double(reply.payload.text)
        case .bigNumber: self = .bigNumber(reply.payload.text)
        case .verbatim:
            // Three letters and a colon name the format.
            self = .bulk(Array(reply.payload.array.dropFirst(4)))
        case .array: self = .array(try Self.elements(of: reply, depth: depth))
        case .map: self = .map(try Self.elements(of: reply, depth: depth))
        case .set: self = .set(try Self.elements(of: reply, depth: depth))
        case .push: self = .push(try Self.elements(of: reply, depth: depth))
        }
    }

    private static func elements(
        of reply: borrowing Reply,
        depth: Int
    ) throws(RESPError) -> [RESPValue] {
        var elements: [RESPValue] = []
        var decoder = ReplyDecoder()
        var start = 0
        let bytes = reply.payload
        while let end = try decoder.decode(bytes, from: start) {
            let element = ReplyDecoder.reply(in: bytes, from: start, to: end)
            elements.append(try RESPValue(element, depth: depth + 1))
            start = end
        }
        return elements
    }
}

extension RESPValue {
    /// The text of a string, however it was sent; nil for every other kind.
    public var text: String? {
        switch self {
        case .simpleString(let text): text
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .error, .integer, .null, .array, .boolean, .double, .bigNumber, .map, .set, .push: nil
        }
    }

    /// The elements of an array, a set, a push or a map; nil for every other kind.
    public var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .map(let elements), .set(let elements), .push(let elements):
            elements
        case .simpleString, .error, .integer, .bulk, .null, .boolean, .double, .bigNumber: nil
        }
    }

    /// The value of an integer reply; nil for every other kind.
    public var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    public var array: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The bytes as text; what is no UTF-8 is replaced.
    public var text: String {
        String(decoding: array, as: UTF8.self)
    }
}
