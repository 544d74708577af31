/// Finds client commands in a stream of bytes: arrays of bulk strings, and inline commands.
///
/// The caller keeps the bytes. It offers all of them from the first byte of the current command, and
/// offers them again, with more behind them, after `decode` found the command incomplete; the decoder
/// goes on where it stopped. In steady state it allocates nothing: the ranges of the arguments live in
/// an array that is used again for every command.
public struct CommandDecoder {
    /// Where the arguments lie, counted from the command's first byte.
    private var ranges: [ArgumentRange] = []
    /// How far the current command has been read, counted from its first byte.
    private var position = 0
    /// The arguments still to come; nil until the command's first line has been read.
    private var missing: Int?
    /// The arguments of an inline command, unquoted and one behind the other.
    private var inlineBytes: [UInt8] = []
    private var isInline = false
    private let bulkLimit: Int

    /// - Parameter bulkLimit: the longest argument; a longer one breaks the stream, as in Redis.
    public init(bulkLimit: Int = RESPLimits.bulkByteCount) {
        self.bulkLimit = bulkLimit
    }

    /// Reads the command that begins at `start`, and returns where it ends; nil when bytes are missing.
    ///
    /// A command without arguments (`*0`, an empty line) is a command of count 0, to be skipped.
    public mutating func decode(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(RESPError) -> Int? {
        if missing == nil {
            guard start < bytes.count else { return nil }
            if position == 0 { ranges.removeAll(keepingCapacity: true) }
            guard bytes[start] == Byte.star else { return try decodeInline(bytes, from: start) }
            isInline = false
            guard try decodeArgumentCount(bytes, from: start) else { return nil }
        }
        guard try decodeArguments(bytes, from: start) else {
            guard bytes.count - start <= RESPLimits.commandByteCount else { throw .commandTooLong }
            return nil
        }
        return finish(from: start)
    }

    /// The command that `decode` has just found from `start` in the same bytes.
    @_lifetime(copy bytes, borrow self)
    public func command(in bytes: Span<UInt8>, from start: Int) -> ClientCommand {
        guard !isInline else {
            return ClientCommand(bytes: inlineBytes.span, ranges: ranges.span)
        }
        return ClientCommand(bytes: bytes.extracting(start..<bytes.count), ranges: ranges.span)
    }

    /// How many bytes the current command will have at least, so that a buffer can grow at once.
    public var expectedByteCount: Int { position }

    private mutating func finish(from start: Int) -> Int {
        let end = start + position
        position = 0
        missing = nil
        return end
    }

    private mutating func decodeArgumentCount(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(RESPError) -> Bool {
        guard let line = try bytes.integerLine(at: start + 1, orThrow: .invalidArgumentCount) else {
            return false
        }
        guard line.value <= RESPLimits.argumentCount else { throw .invalidArgumentCount }
        missing = max(0, line.value)
        position = line.end - start
        return true
    }

    private mutating func decodeArguments(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(RESPError) -> Bool {
        var left = missing ?? 0
        var next = start + position
        defer {
            missing = left
            position = next - start
        }
        while left > 0 {
            guard next < bytes.count else { return false }
            guard bytes[next] == Byte.dollar else { throw .expectedBulk(found: bytes[next]) }
            guard let line = try bytes.integerLine(at: next + 1, orThrow: .invalidBulkLength) else {
                return false
            }
            guard line.value >= 0, line.value <= bulkLimit else {
                throw .invalidBulkLength
            }
            let end = line.end + line.value
            guard end + 2 <= bytes.count else { return false }
            guard bytes.hasLineEnd(at: end) else { throw .expectedLineEnd }
            ranges.append(ArgumentRange(offset: line.end - start, count: line.value))
            next = end + 2
            left -= 1
        }
        return true
    }
}

extension CommandDecoder {
    /// Reads a line of words, as typed into a terminal; `position` is how far its end was looked for.
    private mutating func decodeInline(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(RESPError) -> Int? {
        var end = start + position
        while end < bytes.count, bytes[end] != Byte.lineFeed { end += 1 }
        guard end - start <= RESPLimits.lineByteCount else { throw .inlineTooLong }
        position = end - start
        guard end < bytes.count else { return nil }
        isInline = true
        inlineBytes.removeAll(keepingCapacity: true)
        let hasCarriageReturn = end > start && bytes[end - 1] == Byte.carriageReturn
        var words = InlineWords(
            line: bytes.extracting(start..<(hasCarriageReturn ? end - 1 : end))
        )
        var wordStart = 0
        while try words.appendNext(to: &inlineBytes) {
            ranges.append(ArgumentRange(offset: wordStart, count: inlineBytes.count - wordStart))
            wordStart = inlineBytes.count
        }
        position += 1
        return finish(from: start)
    }
}
