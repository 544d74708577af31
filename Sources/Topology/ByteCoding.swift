/// Appends little-endian integers and length-prefixed bytes.
public struct ByteWriter {
    public var bytes: [UInt8] = []

    public init() {}

    public mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// UTF-8, with a length of 16 bits; what is longer is cut there.
    public mutating func write(_ text: String) {
        let encoded = text.utf8.prefix(Int(UInt16.max))
        write(UInt16(encoded.count))
        bytes.append(contentsOf: encoded)
    }
}

/// Reads what `ByteWriter` wrote; every read fails softly at the end of the bytes.
public struct ByteReader {
    private let bytes: [UInt8]
    private var offset = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var remaining: Int { bytes.count - offset }

    public mutating func read<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { return nil }
        var value: Value = 0
        for index in 0..<size {
            value |= Value(truncatingIfNeeded: UInt64(bytes[offset + index])) << Value(index * 8)
        }
        offset += size
        return value
    }

    public mutating func readBool() -> Bool? {
        guard let value = read(UInt8.self), value <= 1 else { return nil }
        return value == 1
    }

    public mutating func readBytes(count: Int) -> [UInt8]? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    public mutating func readString() -> String? {
        guard let length = read(UInt16.self), remaining >= Int(length) else { return nil }
        let end = offset + Int(length)
        defer { offset = end }
        return String(validating: bytes[offset..<end], as: UTF8.self)
    }
}
