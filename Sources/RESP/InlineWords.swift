/// Splits an inline command into words by Redis's rules: blanks separate, `"…"` knows the escapes
/// `\n \r \t \b \a \xHH`, `'…'` knows only `\'`, and a closing quote ends its word.
struct InlineWords: ~Escapable {
    private let line: Span<UInt8>
    private var position = 0

    @_lifetime(copy line)
    init(line: Span<UInt8>) {
        self.line = line
    }

    /// Appends the next word, which may be empty, to `bytes`; false when there is none.
    @_lifetime(self: copy self)
    mutating func appendNext(to bytes: inout [UInt8]) throws(RESPError) -> Bool {
        while position < line.count, isBlank(line[position]) { position += 1 }
        guard position < line.count else { return false }
        while position < line.count, !isBlank(line[position]) {
            let byte = line[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                try appendDoubleQuoted(to: &bytes)
                return true
            case UInt8(ascii: "'"):
                try appendSingleQuoted(to: &bytes)
                return true
            default:
                bytes.append(byte)
            }
        }
        return true
    }

    @_lifetime(self: copy self)
    private mutating func appendDoubleQuoted(to bytes: inout [UInt8]) throws(RESPError) {
        while position < line.count {
            let byte = line[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return try expectBlankAfterQuote() }
            guard byte == UInt8(ascii: "\\"), position < line.count else {
                bytes.append(byte)
                continue
            }
            bytes.append(nextEscape())
        }
        throw .unbalancedQuotes
    }

    @_lifetime(self: copy self)
    private mutating func appendSingleQuoted(to bytes: inout [UInt8]) throws(RESPError) {
        while position < line.count {
            let byte = line[position]
            position += 1
            if byte == UInt8(ascii: "'") { return try expectBlankAfterQuote() }
            let isEscapedQuote =
                byte == UInt8(ascii: "\\") && position < line.count
                && line[position] == UInt8(ascii: "'")
            if isEscapedQuote { position += 1 }
            bytes.append(isEscapedQuote ? UInt8(ascii: "'") : byte)
        }
        throw .unbalancedQuotes
    }

    /// The byte that the escape after a backslash stands for.
    @_lifetime(self: copy self)
    private mutating func nextEscape() -> UInt8 {
        let byte = line[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "x"):
            guard position + 1 < line.count,
                let high = hexadecimal(line[position]), let low = hexadecimal(line[position + 1])
            else { return byte }
            position += 2
            return high << 4 | low
        default: return byte
        }
    }

    private func expectBlankAfterQuote() throws(RESPError) {
        guard position == line.count || isBlank(line[position]) else { throw .unbalancedQuotes }
    }

    private func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) || byte == 0
    }
}
