/// A pattern as `SCAN … MATCH` takes it, with Redis's rules: `*`, `?`, `[a-c]`, `[^a]`, `\x`.
///
/// Matching keeps one place to fall back to, so its cost is the product of both lengths at worst; a
/// recursive matcher takes exponential time on patterns such as `a*a*a*a*b`.
package struct GlobPattern {
    private let tokens: [Token]

    private enum Token {
        case any
        case anySequence
        case byte(UInt8)
        case set([ClosedRange<UInt8>], isNegated: Bool)
    }

    package init(_ pattern: Span<UInt8>) {
        var tokens: [Token] = []
        var position = 0
        while position < pattern.count {
            let byte = pattern[position]
            position += 1
            switch byte {
            case UInt8(ascii: "*"):
                if case .anySequence? = tokens.last { continue }
                tokens.append(.anySequence)
            case UInt8(ascii: "?"): tokens.append(.any)
            case UInt8(ascii: "["): tokens.append(Self.set(in: pattern, from: &position))
            case UInt8(ascii: "\\") where position < pattern.count:
                tokens.append(.byte(pattern[position]))
                position += 1
            default: tokens.append(.byte(byte))
            }
        }
        self.tokens = tokens
    }

    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        var token = 0
        var position = 0
        var fallback: (token: Int, position: Int)?
        while position < text.count {
            if token < tokens.count {
                if case .anySequence = tokens[token] {
                    token += 1
                    fallback = (token, position)
                    continue
                }
                if unsafe Self.matches(tokens[token], text[position]) {
                    token += 1
                    position += 1
                    continue
                }
            }
            guard let last = fallback else { return false }
            token = last.token
            position = last.position + 1
            fallback = (token, position)
        }
        while token < tokens.count, case .anySequence = tokens[token] { token += 1 }
        return token == tokens.count
    }

    private static func matches(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .any, .anySequence: true
        case .byte(let expected): byte == expected
        case .set(let ranges, let isNegated):
            ranges.contains { $0.contains(byte) } != isNegated
        }
    }

    /// Reads a set from behind its `[`; one that is not closed ends with the pattern.
    private static func set(in pattern: Span<UInt8>, from position: inout Int) -> Token {
        var ranges: [ClosedRange<UInt8>] = []
        let isNegated = position < pattern.count && pattern[position] == UInt8(ascii: "^")
        if isNegated { position += 1 }
        while position < pattern.count {
            var byte = pattern[position]
            position += 1
            if byte == UInt8(ascii: "]") { break }
            if byte == UInt8(ascii: "\\"), position < pattern.count {
                byte = pattern[position]
                position += 1
            }
            guard position + 1 < pattern.count, pattern[position] == UInt8(ascii: "-") else {
                ranges.append(byte...byte)
                continue
            }
            let other = pattern[position + 1]
            position += 2
            ranges.append(min(byte, other)...max(byte, other))
        }
        return .set(ranges, isNegated: isNegated)
    }
}
