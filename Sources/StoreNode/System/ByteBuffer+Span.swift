internal import NIOCore

extension ByteBuffer {
    mutating func write(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in _ = unsafe writeBytes(bytes) }
    }
}
