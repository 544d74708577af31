/// Why a stream of bytes is not RESP; nothing after it can be trusted, so the connection ends.
public enum RESPError: Error, Equatable, Sendable {
    case invalidArgumentCount
    case invalidBulkLength
    case invalidInteger
    case expectedBulk(found: UInt8)
    case expectedLineEnd
    case inlineTooLong
    case unbalancedQuotes
    case commandTooLong
    case unknownReplyType(UInt8)
    case replyLineTooLong
    case replyTooDeep
}

extension RESPError {
    /// The sentence Redis answers with, to stand after `-ERR `.
    public var message: String {
        switch self {
        case .invalidArgumentCount: "Protocol error: invalid multibulk length"
        case .invalidBulkLength: "Protocol error: invalid bulk length"
        case .invalidInteger: "Protocol error: invalid integer"
        case .expectedBulk(let found): "Protocol error: expected '$', got '\(printable(found))'"
        case .expectedLineEnd: "Protocol error: expected CRLF"
        case .inlineTooLong: "Protocol error: too big inline request"
        case .unbalancedQuotes: "Protocol error: unbalanced quotes in request"
        case .commandTooLong: "Protocol error: too big request"
        case .unknownReplyType(let type):
            "Protocol error: unknown reply type '\(printable(type))'"
        case .replyLineTooLong: "Protocol error: too big reply line"
        case .replyTooDeep: "Protocol error: reply nests too deep"
        }
    }

    /// The byte as one character that cannot break the line of an error reply.
    private func printable(_ byte: UInt8) -> Character {
        (0x20..<0x7F).contains(byte) ? Character(Unicode.Scalar(byte)) : "?"
    }
}
