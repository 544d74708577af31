/// Who wrote a value and as which of the key's writes: the name that every written value carries.
///
/// The bytes are ASCII, so that `redis-cli get` shows them: `0000000a-0000002f-5be1c0d2` (writer,
/// sequence, check), then padding up to the value's length; the second dash is another byte where the
/// padding is another one. The check covers writer, sequence, key, length and padding, and the
/// padding follows from the check: a value that was cut short, mixed from two, or stored under
/// another key decodes to `nil`.
public struct WriteStamp: Sendable, Hashable, Codable {
    /// The fewest bytes a value can have.
    public static let minimumBytes = 26

    public var writer: UInt32
    /// The first write of a key has sequence 1; 0 stands for "never written".
    public var sequence: UInt32

    public init(writer: UInt32, sequence: UInt32) {
        self.writer = writer
        self.sequence = sequence
    }

    /// Fills the whole of `value`, which is `minimumBytes` long at least, without allocating.
    public func encode(
        key: Int,
        into value: inout MutableSpan<UInt8>,
        filling: ValueFilling = .pattern
    ) {
        precondition(value.count >= Self.minimumBytes, "A stamped value has 26 bytes at least.")
        let check = check(key: key, length: value.count, filling)
        writeHead(check, filling, into: &value)
        filling.fill(&value, from: Self.minimumBytes, seed: UInt64(check))
    }

    /// What follows a stamp's first `minimumBytes` under `ValueFilling.pattern`, for writers that copy
    /// it: what stands at `index` of a value is at `index + paddingOffset` here.
    public static func paddingPattern(forValuesOf count: Int) -> [UInt8] {
        (0..<count + 64).map { ValueFilling.patterned($0, 0) }
    }

    /// The three numbers of a value of `count` bytes as they stand in it, each eight digits in ASCII,
    /// the first in the lowest byte; and where its padding begins in the pattern.
    ///
    /// For writers that lay values out themselves.
    public func words(
        key: Int,
        count: Int
    ) -> (writer: UInt64, sequence: UInt64, check: UInt64, paddingOffset: Int) {
        let check = check(key: key, length: count, .pattern)
        return (
            Self.hexadecimal(writer), Self.hexadecimal(sequence), Self.hexadecimal(check),
            Int(check & 0x3f)
        )
    }

    /// The stamp of a value read back from `key`, or `nil` where no writer can have written it.
    public static func decode(_ value: Span<UInt8>, key: Int) -> WriteStamp? {
        guard value.count >= minimumBytes,
            value[8] == separator,
            let filling = ValueFilling(mark: value[17]),
            let writer = readHexadecimal(value, at: 0),
            let sequence = readHexadecimal(value, at: 9),
            let check = readHexadecimal(value, at: 18)
        else { return nil }
        let stamp = WriteStamp(writer: writer, sequence: sequence)
        guard sequence > 0, check == stamp.check(key: key, length: value.count, filling),
            filling.isFound(in: value, from: minimumBytes, seed: UInt64(check))
        else { return nil }
        return stamp
    }

    private func writeHead(
        _ check: UInt32,
        _ filling: ValueFilling,
        into value: inout MutableSpan<UInt8>
    ) {
        Self.writeHexadecimal(writer, at: 0, into: &value)
        value[8] = Self.separator
        Self.writeHexadecimal(sequence, at: 9, into: &value)
        value[17] = filling.mark
        Self.writeHexadecimal(check, at: 18, into: &value)
    }

    private static let separator = UInt8(ascii: "-")

    private func check(key: Int, length: Int, _ filling: ValueFilling) -> UInt32 {
        let name = UInt64(writer) << 32 | UInt64(sequence)
        let place = Self.mix(UInt64(truncatingIfNeeded: key) &+ 0x9e37_79b9_7f4a_7c15)
        var extent = UInt64(truncatingIfNeeded: length) << 17
        // A pattern's check is as it always was.
        if filling != .pattern { extent ^= UInt64(filling.mark) << 56 }
        let mixed = Self.mix(name ^ place ^ extent)
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// The finaliser of SplitMix64: every bit of the input reaches every bit of the output.
    static func mix(_ input: UInt64) -> UInt64 {
        var value = input
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    private static func writeHexadecimal(
        _ number: UInt32,
        at start: Int,
        into value: inout MutableSpan<UInt8>
    ) {
        let digits = hexadecimal(number)
        for position in 0..<8 {
            value[start + position] = UInt8(truncatingIfNeeded: digits >> (8 * position))
        }
    }

    /// Eight digits in ASCII, the first in the lowest byte: all of them are worked out at once.
    private static func hexadecimal(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number.byteSwapped)
        digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
        digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
        digits = (digits >> 4 | digits << 8) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = ((digits &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    private static func readHexadecimal(_ value: Span<UInt8>, at start: Int) -> UInt32? {
        var number: UInt32 = 0
        for position in 0..<8 {
            let byte = value[start + position]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x57
            default: return nil
            }
            number = number << 4 | UInt32(digit)
        }
        return number
    }
}
