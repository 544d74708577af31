/// Finds replies in a stream of bytes; RESP2 and RESP3, streamed types (`$?`) excepted.
///
/// The caller keeps the bytes, as for `CommandDecoder`: it offers all of them from the current reply's
/// first byte, again after `decode` found the reply incomplete, and the decoder goes on where it
/// stopped. Nesting needs no stack: an aggregate of n replies only means n more to find.
public struct ReplyDecoder {
    /// How far the current reply has been read, counted from its first byte.
    private var position = 0
    /// The replies still to find before the current one is whole.
    private var missing = 1
    /// How far the end of an incomplete line was looked for, counted from the reply's first byte.
    private var searched = 0

    public init() {}

    /// Finds the end of the reply that begins at `start`; nil when bytes are missing.
    public mutating func decode(_ bytes: Span<UInt8>, from start: Int) throws(RESPError) -> Int? {
        if position == 0, missing == 1, let end = Self.endOfCommonReply(bytes, from: start) {
            searched = 0
            return end
        }
        while missing > 0 {
            let next = start + position
            guard next < bytes.count else { return nil }
            let searchStart = max(next + 1, start + searched)
            guard let head = try ReplyHead(bytes, at: next, searchLineEndFrom: searchStart) else {
                searched = max(0, bytes.count - 1 - start)
                return nil
            }
            guard head.end <= bytes.count else { return nil }
            if head.bodyEndsWithLine, !bytes.hasLineEnd(at: head.end - 2) {
                throw .expectedLineEnd
            }
            position = head.end - start
            let (sum, overflow) = missing.addingReportingOverflow(head.repliesToCome - 1)
            guard !overflow else { throw .invalidBulkLength }
            missing = sum
        }
        let end = start + position
        (position, missing, searched) = (0, 1, 0)
        return end
    }

    /// Where a reply ends that is whole and of the most frequent kinds, `+OK` or a string with a
    /// length; nil where the rules have to be looked at one by one.
    private static func endOfCommonReply(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start >= 0, bytes.count - start >= 5 else { return nil }
        // Bounds are asked for once for all of what is looked at.
        let first = unsafe bytes[unchecked: start]
        if first == Byte.plus {
            let isOK =
                unsafe bytes[unchecked: start + 1] == UInt8(ascii: "O")
                && bytes[unchecked: start + 2] == UInt8(ascii: "K")
            return isOK && bytes.hasLineEnd(at: start + 3) ? start + 5 : nil
        }
        // A zero at the beginning is for those who check whether another digit follows.
        var length = unsafe Int(bytes[unchecked: start + 1] &- Byte.zero)
        guard first == Byte.dollar, length >= 1, length <= 9 else { return nil }
        var next = start + 2
        let last = min(bytes.count - 1, start + commonLengthDigits)
        while next < last {
            let digit = unsafe bytes[unchecked: next] &- Byte.zero
            guard digit <= 9 else { break }
            length = length &* 10 &+ Int(digit)
            next &+= 1
        }
        guard next < last, bytes.hasLineEnd(at: next) else { return nil }
        let end = next &+ length &+ 4
        return end <= bytes.count && bytes.hasLineEnd(at: end &- 2) ? end : nil
    }

    /// Longer lengths are looked at more closely.
    private static let commonLengthDigits = 8

    /// The reply that `decode` has just found from `start` to `end` in the same bytes.
    ///
    /// Attributes before it are passed over.
    @_lifetime(copy bytes)
    public static func reply(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Reply {
        var begin = start
        while begin < end, bytes[begin] == UInt8(ascii: "|") {
            begin = endOfAttribute(bytes, at: begin)
        }
        guard begin < end, let head = try? ReplyHead(bytes, at: begin, searchLineEndFrom: begin + 1)
        else { preconditionFailure("a reply is looked at only after it was decoded") }
        let payload =
            head.kind.isAggregate
            ? bytes.extracting(head.end..<end) : bytes.extracting(head.payload)
        return Reply(kind: head.kind, elementCount: head.elementCount, payload: payload)
    }

    /// Where the attribute at `start` ends and the reply that it speaks of begins.
    private static func endOfAttribute(_ bytes: Span<UInt8>, at start: Int) -> Int {
        guard let head = try? ReplyHead(bytes, at: start, searchLineEndFrom: start + 1) else {
            preconditionFailure("a reply is looked at only after it was decoded")
        }
        var end = head.end
        for _ in 0..<head.elementCount {
            var decoder = ReplyDecoder()
            guard let next = try? decoder.decode(bytes, from: end) else {
                preconditionFailure("a reply is looked at only after it was decoded")
            }
            end = next
        }
        return end
    }
}
