/// The first bytes of a log file: what it is, whose it is, and where the file before it ends.
///
/// A log is a row of segments with consecutive numbers. Only the last is ever appended to, by the
/// process that created it: a restart begins a new segment, so that no process writes into another's.
public struct SegmentHeader: Equatable, Sendable {
    /// The format this build writes.
    ///
    /// Format 2 has commands that format 1 did not know: lists, transactions, more conditions of a set.
    /// Format 3 says how far it was synced.
    public static let currentVersion: UInt32 = 3
    /// The formats this build reads: whatever an earlier one says means the same in a later one.
    public static let readableVersions: ClosedRange<UInt32> = 1...3
    /// Since this format a segment says how far it was synced.
    static let firstVersionWithMarks: UInt32 = 3
    /// The encoded size.
    public static let byteCount = 48

    /// The data directory this file belongs to, so that a file from elsewhere is not taken for ours.
    public let dataID: UInt64
    /// This file's place in the row, from 1.
    public let segment: UInt64
    /// The offset at which the segment before it ends; what lies behind that is a torn tail.
    public let previousEnd: UInt64
    let version: UInt32

    public init(dataID: UInt64, segment: UInt64, previousEnd: UInt64) {
        self.init(Self.currentVersion, dataID: dataID, segment: segment, previousEnd: previousEnd)
    }

    private init(_ version: UInt32, dataID: UInt64, segment: UInt64, previousEnd: UInt64) {
        self.version = version
        self.dataID = dataID
        self.segment = segment
        self.previousEnd = previousEnd
    }

    /// The seed of every checksum in the file: bytes of another file do not match it.
    var salt: UInt32 {
        CRC32C.checksum(of: segment, continuing: CRC32C.checksum(of: dataID))
    }

    /// Writes the header over the first bytes of `bytes`.
    func encode(into bytes: inout [UInt8]) {
        bytes.storeBytes(of: Self.magic.span, at: 0)
        bytes.storeLittleEndian(version, at: 8)
        bytes.storeLittleEndian(UInt32(0), at: 12)
        bytes.storeLittleEndian(dataID, at: 16)
        bytes.storeLittleEndian(segment, at: 24)
        bytes.storeLittleEndian(previousEnd, at: 32)
        let checksum = CRC32C.checksum(of: bytes.span.extracting(0..<40))
        bytes.storeLittleEndian(checksum, at: 40)
        bytes.storeLittleEndian(UInt32(0), at: 44)
    }

    /// What the first bytes of a file say.
    public static func decode(_ bytes: [UInt8]) -> Decoded {
        let span = bytes.span
        guard span.count >= byteCount, magic.elementsEqual(bytes.prefix(magic.count)),
            CRC32C.checksum(of: span.extracting(0..<40)) == span.littleEndian32(at: 40),
            // Behind the checksum, so it says itself that it is sound.
            span.littleEndian32(at: 44) == 0
        else {
            return .unreadable
        }
        let version = span.littleEndian32(at: 8)
        guard readableVersions.contains(version) else { return .unsupported(version: version) }
        return .header(
            SegmentHeader(
                version,
                dataID: span.littleEndian64(at: 16),
                segment: span.littleEndian64(at: 24),
                previousEnd: span.littleEndian64(at: 32)
            )
        )
    }

    /// The answers of ``decode(_:)``.
    public enum Decoded: Equatable, Sendable {
        case header(SegmentHeader)
        /// Sound, but written by a build with another format.
        case unsupported(version: UInt32)
        /// Short, foreign or damaged.
        case unreadable
    }

    private static let magic = Array("KEEL-LOG".utf8)
}
