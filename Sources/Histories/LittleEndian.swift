/// Appends fixed-width integers, least significant byte first.
struct LittleEndianWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    mutating func write<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) {
        for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }
}

/// Reads what `LittleEndianWriter` wrote; `nil` once the bytes have run out.
struct LittleEndianReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var remaining: Int { bytes.count - position }

    mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(
        as type: Integer.Type
    ) -> Integer? {
        let width = Integer.bitWidth / 8
        guard remaining >= width else { return nil }
        var value: Integer = 0
        for offset in 0..<width {
            value |= Integer(bytes[position + offset]) << Integer(8 * offset)
        }
        position += width
        return value
    }

    /// A 64-bit field that counts or indexes things: at most 2^48, so that sums cannot overflow.
    mutating func count() -> Int? {
        guard let value = integer(as: UInt64.self), value <= 1 << 48 else { return nil }
        return Int(value)
    }
}
