/// CRC-32 (IEEE 802.3), as in zlib.
enum CyclicChecksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1
        }
    }

    static func of(_ bytes: Span<UInt8>) -> UInt32 {
        var checksum = UInt32.max
        for index in bytes.indices {
            checksum = table[Int((checksum ^ UInt32(bytes[index])) & 0xff)] ^ (checksum >> 8)
        }
        return ~checksum
    }
}
