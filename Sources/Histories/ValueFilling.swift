/// What the bytes of a value look like behind its name: what compressors and networks make of them.
public enum ValueFilling: Sendable, Hashable, Codable {
    /// 64 printable bytes over and over.
    case pattern
    /// So many 64ths of the value, 1 to 64, are random bytes; the rest is one letter.
    ///
    /// A compressor leaves about that part of it.
    case scattered(sixtyFourths: Int)

    /// Nothing that a compressor could take away.
    public static let incompressible = Self.scattered(sixtyFourths: 64)

    /// Fills `value` from `start` on, the same for the same seed, without allocating.
    public func fill(_ value: inout MutableSpan<UInt8>, from start: Int, seed: UInt64) {
        switch self {
        case .pattern:
            for index in start..<value.count { value[index] = Self.patterned(index, seed) }
        case .scattered(let parts):
            let end = max(start, Self.randomEnd(of: value.count, from: start, parts))
            // Unsafe where some bytes are no element; any byte is a UInt8.
            var bytes = unsafe value.mutableBytes
            var (index, state) = (start, seed)
            while index + 8 <= end {
                bytes.storeBytes(of: Self.word(&state), toByteOffset: index, as: UInt64.self)
                index += 8
            }
            var last = Self.word(&state)
            while index < end {
                bytes.storeBytes(
                    of: UInt8(truncatingIfNeeded: last),
                    toByteOffset: index,
                    as: UInt8.self
                )
                last >>= 8
                index += 1
            }
            while index < value.count {
                value[index] = Self.letter
                index += 1
            }
        }
    }

    /// Whether `value` from `start` on is what `fill` would write.
    func isFound(in value: Span<UInt8>, from start: Int, seed: UInt64) -> Bool {
        switch self {
        case .pattern:
            for index in start..<value.count where value[index] != Self.patterned(index, seed) {
                return false
            }
        case .scattered(let parts):
            let end = max(start, Self.randomEnd(of: value.count, from: start, parts))
            var (state, word) = (seed, UInt64(0))
            for index in start..<end {
                if (index - start) % 8 == 0 { word = Self.word(&state) }
                guard value[index] == UInt8(truncatingIfNeeded: word) else { return false }
                word >>= 8
            }
            for index in end..<max(end, value.count) where value[index] != Self.letter {
                return false
            }
        }
        return true
    }

    private static let letter = UInt8(ascii: "x")

    /// What stands before `start` is a name, and as good as random.
    private static func randomEnd(of count: Int, from start: Int, _ parts: Int) -> Int {
        min(count, (count * min(max(parts, 1), 64) + 63) / 64)
    }

    /// The next word of SplitMix64, its bytes from the lowest up.
    private static func word(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return WriteStamp.mix(state).littleEndian
    }

    /// One of 64 printable bytes, `;` to `z`, rotated by the seed.
    static func patterned(_ index: Int, _ seed: UInt64) -> UInt8 {
        let place = UInt32(truncatingIfNeeded: index) &+ UInt32(truncatingIfNeeded: seed)
        return 0x3b &+ UInt8(truncatingIfNeeded: place & 0x3f)
    }

    /// How a value says which filling it has: one printable byte.
    var mark: UInt8 {
        switch self {
        case .pattern: UInt8(ascii: "-")
        case .scattered(let parts): 0x3a &+ UInt8(truncatingIfNeeded: min(max(parts, 1), 64))
        }
    }

    init?(mark: UInt8) {
        switch mark {
        case UInt8(ascii: "-"): self = .pattern
        case 0x3b...0x7a: self = .scattered(sixtyFourths: Int(mark) - 0x3a)
        default: return nil
        }
    }
}
