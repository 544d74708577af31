/// Appends fixed-width integers, least significant byte first.
package struct LittleEndianWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    package mutating func write<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) {
        for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }

    package mutating func write(bytes more: some Sequence<UInt8>) {
        bytes += more
    }

    /// Begins anew in the memory that is there.
    package mutating func empty() {
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Reads what `LittleEndianWriter` wrote; `nil` once the bytes have run out.
package struct LittleEndianReader {
    private let bytes: [UInt8]
    private var position: Int

    package init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    package var remaining: Int { bytes.count - position }

    package mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(
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
    package mutating func count() -> Int? {
        guard let value = integer(as: UInt64.self), value <= 1 << 48 else { return nil }
        return Int(value)
    }

    /// The next bytes, in the memory they are in.
    package mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
