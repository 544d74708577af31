/// Fixed-width integers in little-endian order, wherever they lie.
///
/// Every one is bounds-checked. The loads are marked unsafe only because `RawSpan` could be asked
/// for types in which not every bit pattern is a value.
extension Span<UInt8> {
    func littleEndian16(at offset: Int) -> UInt16 {
        unsafe UInt16(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)
        )
    }

    func littleEndian32(at offset: Int) -> UInt32 {
        unsafe UInt32(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
        )
    }

    func littleEndian64(at offset: Int) -> UInt64 {
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
    }
}

extension [UInt8] {
    /// Overwrites the bytes from `offset` on, which must lie within the array.
    mutating func storeLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value,
        at offset: Int
    ) {
        unsafe withUnsafeMutableBytes { bytes in
            // Traps when the value would reach behind the end.
            unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
        }
    }

    /// Overwrites the bytes from `offset` on with those of `source`.
    mutating func storeBytes(of source: Span<UInt8>, at offset: Int) {
        guard !source.isEmpty else { return }
        precondition(offset >= 0 && source.count <= count - offset, "the bytes do not fit")
        unsafe withUnsafeMutableBytes { bytes in
            unsafe source.withUnsafeBytes { source in
                let target = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: bytes[offset..<offset + source.count]
                )
                unsafe target.copyMemory(from: source)
            }
        }
    }
}
