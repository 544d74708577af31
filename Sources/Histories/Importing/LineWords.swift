/// The words of one line, where they stand in the window.
struct LineWords {
    /// No format's lines have more; what is behind them makes the last one too many.
    private static let most = 16

    private(set) var words: [Range<Int>] = []

    /// Splits at spaces and tabs; a word in brackets is one word up to the closing bracket.
    mutating func split(_ line: Range<Int>, of bytes: Span<UInt8>) {
        words.removeAll(keepingCapacity: true)
        var place = line.lowerBound
        while place < line.upperBound, words.count < Self.most {
            guard !Self.isBlank(bytes[place]) else {
                place += 1
                continue
            }
            let start = place
            let isBracketed = bytes[place] == UInt8(ascii: "[")
            while place < line.upperBound, isBracketed || !Self.isBlank(bytes[place]) {
                place += 1
                if isBracketed, bytes[place - 1] == UInt8(ascii: "]") { break }
            }
            words.append(start..<place)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}

extension Span<UInt8> {
    /// The whole number that stands there, or nil when it is none or does not fit.
    func integer(at range: Range<Int>) -> Int64? {
        guard range.upperBound <= count, let first = range.first else { return nil }
        let isNegative = self[first] == UInt8(ascii: "-")
        let digits = isNegative ? range.dropFirst() : range
        guard !digits.isEmpty, digits.count <= 19 else { return nil }
        var magnitude: UInt64 = 0
        for index in digits {
            let digit = self[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(digit)
        }
        if isNegative {
            return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
        }
        return Int64(exactly: magnitude)
    }

    /// Whether every byte there is a digit, after a sign or none.
    func isWholeNumber(at range: Range<Int>) -> Bool {
        guard range.upperBound <= count, let first = range.first else { return false }
        let digits = self[first] == UInt8(ascii: "-") ? range.dropFirst() : range
        return !digits.isEmpty && digits.allSatisfy { self[$0] &- UInt8(ascii: "0") < 10 }
    }
}
