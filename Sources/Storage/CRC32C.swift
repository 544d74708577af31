internal import CProcessor

/// CRC-32C (Castagnoli), by the processor's instruction where it has one, otherwise eight bytes a step by
/// eight tables.
///
/// Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC
/// Generators" (2005). The check value of "123456789" is E3069283; RFC 3720 B.4 gives more.
public enum CRC32C {
    /// The checksum of `bytes`, continuing from `initial`.
    ///
    /// The checksum of two pieces is the second's continued from the first's.
    public static func checksum(of bytes: Span<UInt8>, continuing initial: UInt32 = 0) -> UInt32 {
        guard hasInstruction else { return checksumByTables(of: bytes, continuing: initial) }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe ~ordeal_crc32c(~initial, bytes.baseAddress, bytes.count)
        }
    }

    /// The same without the instruction.
    package static func checksumByTables(
        of bytes: Span<UInt8>,
        continuing initial: UInt32 = 0
    ) -> UInt32 {
        let table = slicingTable.span
        let count = bytes.count
        var crc = ~initial
        var offset = 0
        while count &- offset >= 8 {
            let word = bytes.littleEndian64(at: offset) ^ UInt64(crc)
            crc =
                table[0x700 | Int(truncatingIfNeeded: word & 0xff)]
                ^ table[0x600 | Int(truncatingIfNeeded: (word >> 8) & 0xff)]
                ^ table[0x500 | Int(truncatingIfNeeded: (word >> 16) & 0xff)]
                ^ table[0x400 | Int(truncatingIfNeeded: (word >> 24) & 0xff)]
                ^ table[0x300 | Int(truncatingIfNeeded: (word >> 32) & 0xff)]
                ^ table[0x200 | Int(truncatingIfNeeded: (word >> 40) & 0xff)]
                ^ table[0x100 | Int(truncatingIfNeeded: (word >> 48) & 0xff)]
                ^ table[Int(truncatingIfNeeded: word >> 56)]
            offset &+= 8
        }
        while offset < count {
            let index = UInt8(truncatingIfNeeded: crc) ^ bytes[offset]
            crc = table[Int(index)] ^ (crc >> 8)
            offset &+= 1
        }
        return ~crc
    }

    /// The checksum of a number's bytes in little-endian order, continuing from `initial`.
    static func checksum(
        of number: some FixedWidthInteger & UnsignedInteger,
        continuing initial: UInt32 = 0
    ) -> UInt32 {
        let table = slicingTable.span
        var crc = ~initial
        var rest = number
        for _ in 0..<number.bitWidth / 8 {
            let index = UInt8(truncatingIfNeeded: crc) ^ UInt8(truncatingIfNeeded: rest)
            crc = table[Int(index)] ^ (crc >> 8)
            rest >>= 8
        }
        return ~crc
    }
}

private let hasInstruction = ordeal_has_crc32c() != 0

/// The polynomial 1EDC6F41 with its bits reversed.
private let reversedPolynomial: UInt32 = 0x82f6_3b78

/// Row r (256 entries) advances a byte by r further zero bytes.
private let slicingTable: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
        var crc = UInt32(byte)
        for _ in 0..<8 {
            crc = crc & 1 == 1 ? (crc >> 1) ^ reversedPolynomial : crc >> 1
        }
        table[byte] = crc
    }
    for row in 1..<8 {
        for byte in 0..<256 {
            let before = table[(row - 1) * 256 + byte]
            table[row * 256 + byte] = table[Int(before & 0xff)] ^ (before >> 8)
        }
    }
    return table
}()
