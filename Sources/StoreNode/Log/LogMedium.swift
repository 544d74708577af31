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
    private let reservedBytes: Int

    /// - Parameter reservedBytes: A segment is made longer by so many zeros at a time, and written over,
    ///   past the page cache: for logs of which every batch is synced. 0 for none.
    package init(_ directory: DataDirectory, reservedBytes: Int = 0) {
        self.directory = directory
        self.reservedBytes = reservedBytes
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
        return reservedBytes == 0
            ? FileLogSegment(file: file)
            : ReservedLogSegment(file: file, reservedBytes: reservedBytes)
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
