/// The first line of a reply and, for a string with a length, its body.
struct ReplyHead {
    var kind: ReplyKind
    /// Where the text of a reply without elements lies.
    var payload: Range<Int>
    /// Where the next reply begins, or the first element; may lie beyond the bytes at hand.
    var end: Int
    /// The replies inside an aggregate.
    var elementCount = 0
    /// The replies that must follow before this one is whole.
    var repliesToCome = 0
    /// Whether the two bytes before `end` have yet to be checked.
    var bodyEndsWithLine = false

    /// Reads the head at `start`; nil when its line is incomplete.
    init?(
        _ bytes: Span<UInt8>,
        at start: Int,
        searchLineEndFrom searchStart: Int
    ) throws(RESPError) {
        let type = bytes[start]
        switch type {
        case Byte.plus: try self.init(line: bytes, start, searchStart, .simpleString)
        case Byte.minus: try self.init(line: bytes, start, searchStart, .error)
        case UInt8(ascii: ","): try self.init(line: bytes, start, searchStart, .double)
        case UInt8(ascii: "("): try self.init(line: bytes, start, searchStart, .bigNumber)
        case UInt8(ascii: "#"): try self.init(line: bytes, start, searchStart, .boolean)
        case UInt8(ascii: "_"): try self.init(line: bytes, start, searchStart, .null)
        case Byte.colon: try self.init(integer: bytes, start)
        case Byte.dollar: try self.init(bulk: bytes, start, .bulk)
        case UInt8(ascii: "!"): try self.init(bulk: bytes, start, .bulkError)
        case UInt8(ascii: "="): try self.init(bulk: bytes, start, .verbatim)
        case Byte.star: try self.init(aggregate: bytes, start, .array)
        case UInt8(ascii: "~"): try self.init(aggregate: bytes, start, .set)
        case UInt8(ascii: ">"): try self.init(aggregate: bytes, start, .push)
        case UInt8(ascii: "%"): try self.init(aggregate: bytes, start, .map)
        case UInt8(ascii: "|"):
            try self.init(aggregate: bytes, start, .map)
            // An attribute speaks of the reply that follows it, which therefore is still missing.
            repliesToCome += 1
        default: throw .unknownReplyType(type)
        }
    }

    private init?(
        line bytes: Span<UInt8>,
        _ start: Int,
        _ searchStart: Int,
        _ kind: ReplyKind
    ) throws(RESPError) {
        var lineEnd = searchStart
        while lineEnd + 1 < bytes.count, !bytes.hasLineEnd(at: lineEnd) { lineEnd += 1 }
        guard lineEnd - start <= RESPLimits.lineByteCount else { throw .replyLineTooLong }
        guard lineEnd + 1 < bytes.count else { return nil }
        self.kind = kind
        payload = start + 1..<lineEnd
        end = lineEnd + 2
    }

    private init?(integer bytes: Span<UInt8>, _ start: Int) throws(RESPError) {
        guard let line = try bytes.integerLine(at: start + 1, orThrow: .invalidInteger) else {
            return nil
        }
        kind = .integer
        payload = start + 1..<line.end - 2
        end = line.end
    }

    private init?(bulk bytes: Span<UInt8>, _ start: Int, _ kind: ReplyKind) throws(RESPError) {
        guard let line = try bytes.integerLine(at: start + 1, orThrow: .invalidBulkLength) else {
            return nil
        }
        if line.value == -1, kind == .bulk {
            self.kind = .null
            payload = line.end..<line.end
            end = line.end
            return
        }
        guard line.value >= 0, line.value <= RESPLimits.bulkByteCount else {
            throw .invalidBulkLength
        }
        self.kind = kind
        payload = line.end..<line.end + line.value
        end = line.end + line.value + 2
        bodyEndsWithLine = true
    }

    private init?(aggregate bytes: Span<UInt8>, _ start: Int, _ kind: ReplyKind) throws(RESPError) {
        guard let line = try bytes.integerLine(at: start + 1, orThrow: .invalidBulkLength) else {
            return nil
        }
        let isNull = line.value == -1 && kind == .array
        guard isNull || (0...RESPLimits.elementCount).contains(line.value) else {
            throw .invalidBulkLength
        }
        self.kind = isNull ? .nullArray : kind
        elementCount = isNull ? 0 : kind == .map ? line.value * 2 : line.value
        repliesToCome = elementCount
        payload = line.end..<line.end
        end = line.end
    }
}

extension ReplyKind {
    var isAggregate: Bool {
        switch self {
        case .array, .map, .set, .push: true
        case .simpleString, .error, .integer, .bulk, .null, .nullArray, .boolean, .double,
            .bigNumber, .bulkError, .verbatim:
            false
        }
    }
}
