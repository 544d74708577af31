internal import Quantities

/// The words of a command as `redis-cli` would take them.
enum CommandWords {
    static func split(_ text: String) throws(WordingProblem) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while true {
            rest = rest.drop(while: isBlank)
            guard let first = rest.first else { return words }
            if first == quote {
                rest = rest.dropFirst()
                words.append(try quoted(&rest))
                guard rest.first.map(isBlank) ?? true else {
                    throw WordingProblem(
                        "something follows a closing quote",
                        fix: "part words by blanks"
                    )
                }
            } else {
                let word = rest.prefix { !isBlank($0) }
                words.append(Array(word))
                rest = rest.dropFirst(word.count)
            }
        }
    }

    private static let quote = UInt8(ascii: "\"")
    private static let escape = UInt8(ascii: "\\")

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) throws(WordingProblem) -> [UInt8] {
        var word: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return word }
            guard byte == escape else {
                word.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): word.append(0x0a)
            case UInt8(ascii: "r"): word.append(0x0d)
            case UInt8(ascii: "t"): word.append(0x09)
            case UInt8(ascii: "x"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { throw WordingProblem("\\x without two digits", fix: "write \\x0a") }
                word.append(high << 4 | low)
            case let other?: word.append(other)
            case nil: break
            }
        }
        throw WordingProblem("a quote is not closed", fix: "write \" at its end")
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
