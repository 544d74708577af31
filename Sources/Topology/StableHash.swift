/// wyhash, final version 4 (Wang Yi): a 64-bit hash that is the same on every machine and in every
/// process, unlike the standard library's.
public enum StableHash {
    private static let secret: (UInt64, UInt64, UInt64, UInt64) = (
        0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3
    )

    public static func hash(_ bytes: borrowing Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
    }

    public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        let bytes = Array(text.utf8)
        return hash(bytes.span, seed: seed)
    }

    /// A seed that was made ready once, for the hashes of many integers.
    public struct Seed: Sendable, Equatable {
        fileprivate let mixed: UInt64

        public init(_ seed: UInt64) { mixed = seed ^ mix(seed ^ secret.0, secret.1) }
    }

    /// Hashes one integer, as its eight little-endian bytes would be.
    public static func hash(_ value: UInt64, seed: UInt64 = 0) -> UInt64 {
        hash(value, seed: Seed(seed))
    }

    public static func hash(_ value: UInt64, seed: Seed) -> UInt64 {
        let low = value & 0xffff_ffff
        let high = value >> 32
        return finish((low << 32) | high, (high << 32) | low, length: 8, seed: seed.mixed)
    }

    /// Hashes `bytes`; the pointer must stay valid for the call.
    public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var seed = seed ^ mix(seed ^ secret.0, secret.1)
        let length = bytes.count
        guard length > 16 else {
            let (first, second) = unsafe shortWords(bytes)
            return finish(first, second, length: length, seed: seed)
        }
        var offset = 0
        var left = length
        if left > 48 {
            var seed1 = seed
            var seed2 = seed
            repeat {
                seed = unsafe mix(
                    word(bytes, offset) ^ secret.1,
                    word(bytes, offset + 8) ^ seed
                )
                seed1 = unsafe mix(
                    word(bytes, offset + 16) ^ secret.2,
                    word(bytes, offset + 24) ^ seed1
                )
                seed2 = unsafe mix(
                    word(bytes, offset + 32) ^ secret.3,
                    word(bytes, offset + 40) ^ seed2
                )
                offset += 48
                left -= 48
            } while left > 48
            seed ^= seed1 ^ seed2
        }
        while left > 16 {
            seed = unsafe mix(word(bytes, offset) ^ secret.1, word(bytes, offset + 8) ^ seed)
            offset += 16
            left -= 16
        }
        return unsafe finish(
            word(bytes, length - 16),
            word(bytes, length - 8),
            length: length,
            seed: seed
        )
    }

    private static func shortWords(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        let length = bytes.count
        if length >= 4 {
            let step = (length >> 3) << 2
            let first = unsafe (halfWord(bytes, 0) << 32) | halfWord(bytes, step)
            let second =
                unsafe (halfWord(bytes, length - 4) << 32) | halfWord(bytes, length - 4 - step)
            return (first, second)
        }
        guard length > 0 else { return (0, 0) }
        let first = unsafe UInt64(bytes[0]) << 16
        let middle = unsafe UInt64(bytes[length >> 1]) << 8
        return unsafe (first | middle | UInt64(bytes[length - 1]), 0)
    }

    private static func finish(
        _ first: UInt64,
        _ second: UInt64,
        length: Int,
        seed: UInt64
    ) -> UInt64 {
        let product = (first ^ secret.1).multipliedFullWidth(by: second ^ seed)
        return mix(product.low ^ secret.0 ^ UInt64(length), product.high ^ secret.1)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.low ^ product.high
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func halfWord(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        )
    }
}
