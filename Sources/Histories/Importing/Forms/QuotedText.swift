/// A text in double quotes, whose escapes EDN and JSON share.
struct QuotedText {
    /// Where the closing quote stands.
    var end: Int
    var isEscaped: Bool

    /// - Parameter place: Where the opening quote stands.
    static func read(
        _ bytes: Span<UInt8>,
        from place: Int,
        isLast: Bool
    ) throws(FormStop) -> QuotedText {
        var index = place + 1
        var (isEscaped, isPlain) = (false, true)
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                guard isPlain || isText(bytes, place + 1..<index) else {
                    throw .fault(.notText, at: place)
                }
                return QuotedText(end: index, isEscaped: isEscaped)
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                guard let length = try escapeLength(bytes, at: index) else { break }
                index += length
            } else {
                if byte >= 0x80 { isPlain = false }
                index += 1
            }
        }
        guard isLast else { throw .incomplete }
        throw .fault(.truncated(inside: "a text"), at: bytes.count)
    }

    /// Nil when the window ends within the escape.
    private static func escapeLength(_ bytes: Span<UInt8>, at place: Int) throws(FormStop) -> Int? {
        guard place + 1 < bytes.count else { return nil }
        switch bytes[place + 1] {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return 2
        case UInt8(ascii: "u"):
            guard place + 5 < bytes.count else { return nil }
            for digit in place + 2...place + 5 where !isHexadecimal(bytes[digit]) {
                throw .fault(
                    .unexpected(
                        found: EDNToken.name(bytes[digit]),
                        expected: "a hexadecimal digit"
                    ),
                    at: digit
                )
            }
            return 6
        case let other:
            throw .fault(
                .unexpected(found: "\\" + EDNToken.name(other), expected: "an escape"),
                at: place
            )
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        (try? UTF8Span(validating: bytes.extracting(range))) != nil
    }
}

extension Span<UInt8> {
    /// Whether exactly these letters stand there.
    func spells(_ word: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount, range.upperBound <= count else {
            return false
        }
        return word.withUTF8Buffer { letters in
            for offset in 0..<letters.count
            where self[range.lowerBound + offset] != (unsafe letters[offset]) {
                return false
            }
            return true
        }
    }
}
