/// The bytes of the protocol that have a name.
enum Byte {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let zero = UInt8(ascii: "0")
    static let star = UInt8(ascii: "*")
    static let dollar = UInt8(ascii: "$")
    static let colon = UInt8(ascii: ":")
}

/// An integer line: its value, and where the next line begins.
struct IntegerLine {
    var value: Int
    var end: Int
}

extension Span<UInt8> {
    /// Reads the decimal integer that starts at `start` and its CRLF; nil when bytes are missing.
    ///
    /// As strict as Redis: no plus sign, no leading zeros, nothing beyond 64 bits.
    func integerLine(
        at start: Int,
        orThrow error: RESPError
    ) throws(RESPError) -> IntegerLine? {
        var position = start
        guard position < count else { return nil }
        let isNegative = self[position] == Byte.minus
        if isNegative { position += 1 }
        let firstDigit = position
        var magnitude: UInt = 0
        while position < count {
            let digit = self[position] &- Byte.zero
            guard digit <= 9 else { break }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt(digit))
            guard !overflow, !carry else { throw error }
            magnitude = sum
            position += 1
        }
        // More digits, or the line's end, may still be on their way.
        guard position < count else { return nil }
        guard self[position] == Byte.carriageReturn, position > firstDigit else { throw error }
        let hasLeadingZero = self[firstDigit] == Byte.zero
        guard !hasLeadingZero || (position == firstDigit + 1 && !isNegative) else { throw error }
        let limit = isNegative ? UInt(bitPattern: Int.min) : UInt(Int.max)
        guard magnitude <= limit else { throw error }
        guard position + 1 < count else { return nil }
        guard self[position + 1] == Byte.lineFeed else { throw .expectedLineEnd }
        let value =
            isNegative
            ? Int(truncatingIfNeeded: 0 &- magnitude) : Int(truncatingIfNeeded: magnitude)
        return IntegerLine(value: value, end: position + 2)
    }

    /// Whether CRLF stands at `position`, which the caller knows to be within bounds.
    func hasLineEnd(at position: Int) -> Bool {
        self[position] == Byte.carriageReturn && self[position + 1] == Byte.lineFeed
    }
}
