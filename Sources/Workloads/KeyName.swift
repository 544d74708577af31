/// What the key with an index is called: `key:` and ten digits, every name as long as any other.
public enum KeyName {
    public static let byteCount = 14

    private static let prefix: [4 of UInt8] = [0x6b, 0x65, 0x79, 0x3a]

    /// Writes the name into the first `byteCount` bytes, without allocating.
    public static func write(_ key: Int, into bytes: inout MutableSpan<UInt8>) {
        for position in 0..<4 { bytes[position] = prefix[position] }
        var rest = key
        for position in stride(from: byteCount - 1, through: 4, by: -1) {
            bytes[position] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
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

    /// The index a name stands for; nil for the name of something else.
    public static func key(of name: Span<UInt8>) -> Int? {
        guard name.count == byteCount else { return nil }
        var key = 0
        for position in 0..<byteCount {
            if position < 4 {
                guard name[position] == prefix[position] else { return nil }
            } else {
                guard (0x30...0x39).contains(name[position]) else { return nil }
                key = key * 10 + Int(name[position] - 0x30)
            }
        }
        return key
    }
}
