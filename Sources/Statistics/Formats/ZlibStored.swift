/// Bytes in the form of zlib (RFC 1950), stored rather than compressed.
///
/// Every reader of zlib takes it. What histograms put in is run-length coded already; compressing it
/// would save a third and cost a library.
enum ZlibStored {
    private static let largestBlock = 65_535

    static func wrapped(_ bytes: [UInt8]) -> [UInt8] {
        // 32 KiB window, no dictionary, fastest.
        var wrapped: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(largestBlock)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            wrapped.append(rest.isEmpty ? 1 : 0)
            for number in [length, ~length] {
                wrapped.append(UInt8(truncatingIfNeeded: number))
                wrapped.append(UInt8(number >> 8))
            }
            wrapped += block
        } while !rest.isEmpty
        wrapped.append(bigEndian: adler32(bytes))
        return wrapped
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}

extension [UInt8] {
    mutating func append(bigEndian number: some FixedWidthInteger) {
        for shift in stride(from: type(of: number).bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
