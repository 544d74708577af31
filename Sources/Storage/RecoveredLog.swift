/// What a data directory's segments amount to.
public struct RecoveredLog: Equatable, Sendable {
    public let ending: LogEnding
    /// Where a process goes on writing, always in a new file.
    ///
    /// Files of this segment and of later ones do not count and must be gone before.
    public let next: SegmentHeader
    /// The sound records that were visited.
    public let records: Int
    /// The size of the segments read.
    public let bytes: Int
}

/// How the last segment of a log ends.
public enum LogEnding: Equatable, Sendable {
    /// Sound to the end; `lastSegment` is nil when there is no segment at all.
    case whole(lastSegment: UInt64?, end: Int)
    /// Cut short: `cut` bytes behind `end` do not count and may be cut off.
    ///
    /// An `end` of 0 means that not even the header is whole: the file is to be written anew.
    case torn(lastSegment: UInt64, end: Int, cut: Int)
    /// Part of the log is lost: the copy counts as missing.
    case damaged(LogDamage)
}

/// Where a log is damaged, and how.
public struct LogDamage: Error, Equatable, Sendable, CustomStringConvertible {
    public let segment: UInt64
    public let offset: Int
    public let reason: String

    public var description: String {
        "log segment \(SegmentName.name(of: segment)), offset \(offset): \(reason)"
    }
}

/// Why a log cannot be read by this build in this directory; the bytes themselves may be fine.
public enum LogError: Error, Equatable, Sendable, CustomStringConvertible {
    case unsupportedVersion(UInt32, segment: UInt64)
    case foreignSegment(UInt64, dataID: UInt64)
    case unknownRecordKind(UInt8, segment: UInt64, offset: Int)

    public var description: String {
        switch self {
        case .unsupportedVersion(let version, let segment):
            """
            log segment \(SegmentName.name(of: segment)) has format \(version); this build reads \
            formats \(SegmentHeader.readableVersions.lowerBound) to \
            \(SegmentHeader.readableVersions.upperBound)
            """
        case .foreignSegment(let segment, let dataID):
            """
            log segment \(SegmentName.name(of: segment)) belongs to another data directory \
            (id \(String(dataID, radix: 16)))
            """
        case .unknownRecordKind(let kind, let segment, let offset):
            """
            log segment \(SegmentName.name(of: segment)), offset \(offset): record kind \(kind) is \
            unknown to this build
            """
        }
    }
}
