internal import Storage

/// Where segments are written: files, or in tests something that fails or takes its time.
package protocol LogMedium: Sendable {
    /// A new, empty segment that survives a power loss once it has been synced.
    func create(_ segment: UInt64) throws(FileFailure) -> any LogSegment
    /// Removes all segments below this one.
    func remove(before segment: UInt64) throws(FileFailure)
}

/// A segment that is being appended to.
package protocol LogSegment: Sendable {
    func write(_ bytes: [UInt8], count: Int) throws(FileFailure)
    func synchronize() throws(FileFailure)
}

/// Segments as files of a data directory.
package struct FileLogMedium: LogMedium {
    private let directory: DataDirectory
    private let reserves: Bool

    /// - Parameter reserves: Whether segments are made longer ahead of what is written to them, and written
    ///   past the page cache: for logs of which every batch is synced.
    package init(_ directory: DataDirectory, reserves: Bool = false) {
        self.directory = directory
        self.reserves = reserves
    }

    package func remove(before segment: UInt64) throws(FileFailure) {
        // In ascending order, so that a crash leaves no gap.
        for name in try directory.names() {
            guard let number = SegmentName.segment(named: name), number < segment else { continue }
            try directory.remove(name)
        }
    }

    package func create(_ segment: UInt64) throws(FileFailure) -> any LogSegment {
        let file = try OpenFile.create(directory.path(of: SegmentName.name(of: segment)))
        try directory.synchronize()
        return reserves ? ReservedLogSegment(file: file) : FileLogSegment(file: file)
    }
}

/// Two threads may share it: the file closes when both have let go.
private final class FileLogSegment: LogSegment {
    private let file: OpenFile

    init(file: consuming OpenFile) { self.file = file }

    func write(_ bytes: [UInt8], count: Int) throws(FileFailure) {
        try file.write(bytes, count: count)
    }

    func synchronize() throws(FileFailure) { try file.synchronizeData() }
}
