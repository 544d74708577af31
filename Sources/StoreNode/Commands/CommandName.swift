internal import RESP

/// A command's name, folded to upper case, as a value that is quick to compare; none is longer than
/// sixteen bytes.
struct CommandName: Hashable {
    private let high: UInt64
    private let low: UInt64

    init?(_ name: Span<UInt8>) {
        guard name.count <= 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in name.indices {
            let byte = name[index]
            let isLowerCase = byte &- UInt8(ascii: "a") < 26
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(isLowerCase ? byte & 0xDF : byte)
        }
        self.high = high
        self.low = low
    }

    init?(_ name: String) {
        let bytes = Array(name.utf8)
        self.init(bytes.span)
    }

    /// Spreads names over a small table; the multiplier is the golden ratio's.
    var bucket: UInt64 { (low ^ high &* 0xC2B2_AE3D_27D4_EB4F) &* 0x9E37_79B9_7F4A_7C15 >> 32 }
}

extension ClientCommand {
    /// Whether the argument at `index` is `word`, which is upper case, in any case.
    func argument(_ index: Int, is word: StaticString) -> Bool {
        let argument = self[index]
        guard argument.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { expected in
            for position in 0..<expected.count {
                let byte = argument[position]
                let isLowerCase = byte &- UInt8(ascii: "a") < 26
                guard unsafe (isLowerCase ? byte & 0xDF : byte) == expected[position] else {
                    return false
                }
            }
            return true
        }
    }

    /// The argument at `index` as an integer, by the rules of Redis: no plus sign, no leading zeros.
    func integer(_ index: Int) -> Int? {
        let argument = self[index]
        guard (1...20).contains(argument.count) else { return nil }
        let text = argument.text
        guard let value = Int(text), String(value) == text else { return nil }
        return value
    }
}
