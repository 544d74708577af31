/// The files of a data directory, as far as opening the copy in it needs them.
public protocol CopyDirectory {
    associatedtype Failure: Error

    /// Drawn when the directory was first used.
    var dataID: UInt64 { get }
    /// The segments that there are files of, in ascending order.
    func segments() throws(Failure) -> [UInt64]
    func content(of segment: UInt64) throws(Failure) -> [UInt8]
    /// Renames a segment's file, so that it is none of the log's any more.
    mutating func setAside(_ segment: UInt64) throws(Failure)
    mutating func synchronize(_ segment: UInt64) throws(Failure)
    /// Makes what was renamed survive a power loss.
    mutating func synchronizeNames() throws(Failure)
    /// What is known of the copy; nil where nothing ever was.
    func copyState() throws(Failure) -> [UInt8]?
    /// When this returns, the new content survives a power loss.
    mutating func replaceCopyState(with content: [UInt8]) throws(Failure)
}

/// Why a copy is not opened.
public enum CopyRefusal: Error, Equatable, Sendable {
    /// The bytes may be fine, but this build cannot make sense of them.
    case unreadable(String)
    /// Part of the log is lost.
    case damagedLog(String)
    /// What is known of the log is lost.
    case damagedState(String)
}
