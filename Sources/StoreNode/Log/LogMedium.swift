internal import Storage
import Synchronization

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

    /// - Parameter reservedBytes: A segment is made longer by so many zeros at a time, and written over:
    ///   a sync then waits for the bytes alone, not for the file system to note a new length too. For
    ///   logs of which every batch is synced; 0 for none.
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
        return FileLogSegment(file: file, reservedBytes: reservedBytes)
    }
}

/// Two threads may share it: the file closes when both have let go.
private final class FileLogSegment: LogSegment {
    private let file: OpenFile
    private let reservedBytes: Int
    private let place = Mutex(Place())

    private struct Place {
        /// Where the next bytes go.
        var end = 0
        /// Where the zeros end.
        var reservedEnd = 0
    }

    init(file: consuming OpenFile, reservedBytes: Int) {
        self.file = file
        self.reservedBytes = reservedBytes
    }

    /// The zeros that were not needed go; where they stay, a reader takes them for the end.
    deinit {
        guard reservedBytes > 0 else { return }
        file.shorten(to: place.withLock { $0.end })
    }

    func write(_ bytes: [UInt8], count: Int) throws(FileFailure) {
        try file.write(bytes, count: count)
        guard reservedBytes > 0 else { return }
        let zeros = place.withLock { place in
            place.end += count
            guard place.end > place.reservedEnd else { return 0..<0 }
            place.reservedEnd = place.end + reservedBytes
            return place.end..<place.reservedEnd
        }
        guard !zeros.isEmpty else { return }
        // Without them everything works as well, only slower: a full disk is noticed by what counts.
        file.reserve(zeros)
    }

    func synchronize() throws(FileFailure) {
        try file.synchronizeData()
    }
}
