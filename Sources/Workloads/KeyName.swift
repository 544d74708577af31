internal import Determinism

/// What the key with an index is called where nothing else is asked for: `key:` and ten digits, and
/// dots behind them where names are to be longer.
public enum KeyName {
    /// Without dots.
    public static let byteCount = 14

    private static let prefix: [4 of UInt8] = [0x6b, 0x65, 0x79, 0x3a]

    /// Writes the name into the first `byteCount` bytes, without allocating.
    public static func write(_ key: Int, into bytes: inout MutableSpan<UInt8>) {
        for position in 0..<4 { bytes[position] = prefix[position] }
        KeyNaming.writeDigits(of: key, at: 4, into: &bytes)
    }

    public static func bytes(of key: Int) -> [UInt8] {
        var name = [UInt8](repeating: 0, count: byteCount)
        var span = name.mutableSpan
        write(key, into: &span)
        return name
    }

    /// The name of one of a record's own keys, `{key:0000000042}:3`; all of them share a slot.
    public static func bytes(of record: Int, part: Int) -> [UInt8] {
        [UInt8(ascii: "{")] + bytes(of: record) + Array("}:\(part)".utf8)
    }
}

/// The ten digits of a key in ASCII, the first in the lowest byte: two, and the eight that follow.
public struct KeyDigits: Sendable {
    public let first: UInt16
    public let last: UInt64

    /// Splits the number in halves of halves, all of them at once.
    public init(of key: Int) {
        let key = UInt64(truncatingIfNeeded: key)
        let high = key / 100_000_000
        let low = key &- high &* 100_000_000
        let top = high % 100
        first = UInt16(truncatingIfNeeded: (top / 10) | (top % 10) << 8) | 0x3030
        let thousands = low / 10_000
        let fours = thousands | (low &- thousands &* 10_000) << 32
        let hundreds = ((fours &* 10_486) >> 20) & 0x7f_0000_007f
        let pairs = hundreds | (fours &- hundreds &* 100) << 16
        let tens = ((pairs &* 103) >> 10) & 0x000f_000f_000f_000f
        last = (tens | (pairs &- tens &* 10) << 8) | 0x3030_3030_3030_3030
    }
}

/// Names of any length: a prefix, ten digits, and dots up to the length that the key has.
///
/// No two keys have the same name, whatever the lengths: the digits differ.
public struct KeyNaming: Sendable {
    public static let standardPrefix = "key:"
    static let digits = 10
    static let padding = UInt8(ascii: ".")

    private let prefix: [UInt8]
    private let lengths: AmountSampler
    /// nil where lengths vary.
    public let onlyLength: Int?
    public let greatestLength: Int

    public init(prefix: String = standardPrefix, lengths: AmountLaw = .fixed(0)) {
        self.prefix = Array(prefix.utf8)
        let shortest = self.prefix.count + Self.digits
        self.lengths = lengths.sampler
        greatestLength = max(lengths.greatest, shortest)
        onlyLength = max(lengths.least, shortest) == greatestLength ? greatestLength : nil
    }

    /// How long the name of a key is.
    public func length(of key: Int) -> Int {
        if let onlyLength { return onlyLength }
        var generator = SeededGenerator(seed: Self.lengthSeed.derived(key))
        return max(lengths.next(using: &generator), prefix.count + Self.digits)
    }

    /// Writes a key's name into `bytes`, which is as long as it, without allocating.
    public func write(_ key: Int, into bytes: inout MutableSpan<UInt8>) {
        for position in 0..<prefix.count { bytes[position] = prefix[position] }
        Self.writeDigits(of: key, at: prefix.count, into: &bytes)
        for position in prefix.count + Self.digits..<bytes.count { bytes[position] = Self.padding }
    }

    /// The index a name stands for; nil for the name of something else.
    public func key(of name: Span<UInt8>) -> Int? {
        let end = prefix.count + Self.digits
        guard name.count >= end else { return nil }
        for position in 0..<prefix.count where name[position] != prefix[position] { return nil }
        var key = 0
        for position in prefix.count..<end {
            guard (0x30...0x39).contains(name[position]) else { return nil }
            key = key * 10 + Int(name[position] - 0x30)
        }
        for position in end..<name.count where name[position] != Self.padding { return nil }
        return key
    }

    public func bytes(of key: Int) -> [UInt8] {
        var name = [UInt8](repeating: 0, count: length(of: key))
        var span = name.mutableSpan
        write(key, into: &span)
        return name
    }

    /// Of the project, not of a run.
    private static let lengthSeed = Seed(0x6b65_796c_656e)

    static func writeDigits(of key: Int, at start: Int, into bytes: inout MutableSpan<UInt8>) {
        let text = KeyDigits(of: key)
        for position in 0..<2 {
            bytes[start + position] = UInt8(truncatingIfNeeded: text.first >> (8 * position))
        }
        for position in 0..<8 {
            bytes[start + 2 + position] = UInt8(truncatingIfNeeded: text.last >> (8 * position))
        }
    }
}
