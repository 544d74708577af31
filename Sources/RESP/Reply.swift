/// What a reply is; RESP2 knows the first seven.
public enum ReplyKind: Equatable, Sendable {
    case simpleString
    case error
    case integer
    case bulk
    case null
    case array
    case nullArray
    case boolean
    case double
    case bigNumber
    case bulkError
    case verbatim
    case map
    case set
    case push
}

/// One whole reply as a view into the bytes it arrived in; nothing is copied.
public struct Reply: ~Escapable {
    public let kind: ReplyKind
    /// How many replies stand inside: twice the pairs of a map, 0 for everything that is no aggregate.
    public let elementCount: Int
    /// The text of a string, an error or a number; of an aggregate, the bytes of its elements.
    public let payload: Span<UInt8>

    @_lifetime(copy payload)
    init(kind: ReplyKind, elementCount: Int, payload: Span<UInt8>) {
        self.kind = kind
        self.elementCount = elementCount
        self.payload = payload
    }

    /// Whether the server refused; the payload then is its message.
    public var isError: Bool { kind == .error || kind == .bulkError }

    /// The value of an integer reply; nil for every other kind.
    public var integer: Int? {
        guard kind == .integer, payload.count > 0 else { return nil }
        var value = 0
        let isNegative = payload[0] == Byte.minus
        for index in (isNegative ? 1 : 0)..<payload.count {
            let digit = Int(payload[index] &- Byte.zero)
            value = isNegative ? value &* 10 &- digit : value &* 10 &+ digit
        }
        return value
    }
}
