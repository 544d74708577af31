/// A small file that is only ever replaced as a whole: what it is, its format, and a checksum
/// around bytes that mean nothing here.
public struct SealedFile: Sendable {
    /// Eight bytes that tell one kind of file from another.
    public let magic: [UInt8]
    /// The format of the content, and the only one that is read.
    public let version: UInt32

    /// The coordinator's cluster map.
    public static let clusterMap = SealedFile(magic: "KEEL-MAP", version: 1)
    /// What a node knows about its own copy.
    public static let copyState = SealedFile(magic: "KEEL-CPY", version: 1)

    private static let headerBytes = 24

    private init(magic: StaticString, version: UInt32) {
        self.magic = Array(magic.description.utf8)
        self.version = version
        precondition(self.magic.count == 8, "a magic has eight bytes")
    }

    /// The whole file around `content`.
    public func encode(_ content: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.headerBytes + content.count)
        bytes.storeBytes(of: magic.span, at: 0)
        bytes.storeLittleEndian(version, at: 8)
        bytes.storeLittleEndian(UInt64(content.count), at: 16)
        bytes.storeBytes(of: content.span, at: Self.headerBytes)
        bytes.storeLittleEndian(checksum(of: bytes), at: 12)
        return bytes
    }

    /// The content of a whole file.
    public func decode(_ bytes: [UInt8]) throws(SealedFileError) -> [UInt8] {
        let span = bytes.span
        guard span.count >= Self.headerBytes else { throw .short(byteCount: bytes.count) }
        guard magic.elementsEqual(bytes.prefix(magic.count)) else { throw .otherKind }
        guard span.littleEndian32(at: 8) == version else {
            throw .unsupportedVersion(span.littleEndian32(at: 8), readable: version)
        }
        let length = span.littleEndian64(at: 16)
        guard length <= UInt64(span.count - Self.headerBytes) else {
            throw .short(byteCount: bytes.count)
        }
        guard length == UInt64(span.count - Self.headerBytes),
            checksum(of: bytes) == span.littleEndian32(at: 12)
        else {
            throw .damaged
        }
        return Array(bytes[Self.headerBytes...])
    }

    /// Covers everything but itself.
    private func checksum(of bytes: [UInt8]) -> UInt32 {
        let front = CRC32C.checksum(of: bytes.span.extracting(0..<12))
        return CRC32C.checksum(of: bytes.span.extracting(16..<bytes.count), continuing: front)
    }
}

/// Why a file's content cannot be used.
public enum SealedFileError: Error, Equatable, Sendable, CustomStringConvertible {
    case short(byteCount: Int)
    case otherKind
    case unsupportedVersion(UInt32, readable: UInt32)
    case damaged

    public var description: String {
        switch self {
        case .short(let byteCount): "it breaks off after \(byteCount) bytes"
        case .otherKind: "it is a file of another kind"
        case .unsupportedVersion(let version, let readable):
            "it has format \(version); this build reads format \(readable)"
        case .damaged: "the checksum at offset 12 does not match the rest of it"
        }
    }
}
