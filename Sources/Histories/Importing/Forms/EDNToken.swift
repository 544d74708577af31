/// One atom of EDN.
struct EDNToken {
    var kind: FormNode.Kind
    var start: Int
    var end: Int
    /// Where the next token may begin.
    var next: Int

    static func read(
        _ bytes: Span<UInt8>,
        from place: Int,
        isLast: Bool
    ) throws(FormStop) -> EDNToken {
        switch bytes[place] {
        case UInt8(ascii: "\""): return try text(bytes, from: place, isLast: isLast)
        case UInt8(ascii: "\\"):
            // The character itself may be one that ends a token.
            let end = try end(bytes, from: min(place + 2, bytes.count), isLast: isLast)
            guard end >= place + 2 else { throw .fault(.truncated(inside: "a character"), at: end) }
            return EDNToken(kind: .character, start: place + 1, end: end, next: end)
        case UInt8(ascii: ":"):
            let end = try end(bytes, from: place + 1, isLast: isLast)
            guard end > place + 1 else {
                throw .fault(.unexpected(found: "a colon", expected: "a keyword"), at: place)
            }
            return EDNToken(kind: .keyword, start: place + 1, end: end, next: end)
        default: return try numberOrSymbol(bytes, from: place, isLast: isLast)
        }
    }

    /// Where the atom that `place` is in ends.
    static func end(
        _ bytes: Span<UInt8>,
        from place: Int,
        isLast: Bool
    ) throws(FormStop) -> Int {
        var end = place
        while end < bytes.count, !isDelimiter(bytes[end]) { end += 1 }
        try FormLimit.check(atom: place..<end)
        if end == bytes.count, !isLast { throw .incomplete }
        return end
    }

    /// A byte as a message shows it.
    static func name(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte)
            ? String(Unicode.Scalar(byte)) : "byte 0x" + String(byte, radix: 16)
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...32, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            true
        default: false
        }
    }

    private static func text(
        _ bytes: Span<UInt8>,
        from place: Int,
        isLast: Bool
    ) throws(FormStop) -> EDNToken {
        let token = try QuotedText.read(bytes, from: place, isLast: isLast)
        return EDNToken(
            kind: token.isEscaped ? .escapedText : .text,
            start: place + 1,
            end: token.end,
            next: token.end + 1
        )
    }

    private static func numberOrSymbol(
        _ bytes: Span<UInt8>,
        from place: Int,
        isLast: Bool
    ) throws(FormStop) -> EDNToken {
        let end = try end(bytes, from: place, isLast: isLast)
        guard end > place else {
            throw .fault(.unexpected(found: name(bytes[place]), expected: "a form"), at: place)
        }
        var digits = place
        if bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") { digits += 1 }
        guard digits < end, isDigit(bytes[digits]) else {
            let kind = try symbolKind(bytes, place..<end)
            return EDNToken(kind: kind, start: place, end: end, next: end)
        }
        let kind = try numberKind(bytes, digits..<end)
        return EDNToken(kind: kind, start: place, end: end, next: end)
    }

    private static func numberKind(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(FormStop) -> FormNode.Kind {
        var index = range.lowerBound
        while index < range.upperBound, isDigit(bytes[index]) { index += 1 }
        if index == range.upperBound { return .integer }
        if bytes[index] == UInt8(ascii: "N"), index + 1 == range.upperBound { return .integer }
        for rest in index..<range.upperBound {
            switch bytes[rest] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "M"):
                continue
            default:
                throw .fault(
                    .unexpected(found: name(bytes[rest]), expected: "a digit"),
                    at: rest
                )
            }
        }
        return .number
    }

    private static func symbolKind(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(FormStop) -> FormNode.Kind {
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "!"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "?"), UInt8(ascii: "."), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "/"):
            break
        default:
            throw .fault(
                .unexpected(found: name(bytes[range.lowerBound]), expected: "a form"),
                at: range.lowerBound
            )
        }
        if bytes.spells("nil", at: range) { return .nothing }
        if bytes.spells("true", at: range) || bytes.spells("false", at: range) { return .boolean }
        return .symbol
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
