internal import Synchronization

/// A segment of which every batch is synced, written in whole blocks and past the page cache.
///
/// It is made longer by zeros, some way ahead of what is written: a sync then waits for the bytes
/// alone, not for the file system to note a new length too. The last block is written again with what
/// follows in it: what it held before is the same then, so where a disk writes a sector whole or not at
/// all a torn write loses nothing of it.
final class ReservedLogSegment: LogSegment {
    private let file: OpenFile
    private let place = Mutex(Place())

    private struct Place: ~Copyable {
        /// Where the next bytes go.
        var end = 0
        /// Where the zeros end.
        var reservedEnd = 0
        /// The last block, so far as it is full, in front of what is written next.
        var blocks = BlockBuffer(byteCount: 16 << 10)
    }

    /// So much more of them each time: it is written twice.
    private static let zeros = BlockBuffer(byteCount: 1 << 20)
    /// A buffer that a burst made longer than this is not kept.
    private static let keptBytes = 4 << 20

    init(file: consuming OpenFile) {
        self.file = file
        // Where the file system does not offer it, the page cache serves as well, only slower.
        self.file.bypassPageCache()
    }

    /// The zeros that were not needed go; where they stay, a reader takes them for the end.
    deinit { file.shorten(to: place.withLock { $0.end }) }

    func write(_ bytes: [UInt8], count: Int) throws(FileFailure) {
        try place.withLock { place throws(FileFailure) in
            let filled = place.end % BlockBuffer.blockBytes
            let start = place.end - filled
            let length = place.blocks.replace(from: filled, with: bytes, count: count)
            try unsafe file.write(place.blocks.blocks(length), at: start)
            place.end += count
            if start + length > place.reservedEnd {
                place.reservedEnd = start + length
                // Without them everything works as well, only slower: a full disk is noticed by what counts.
                try? unsafe file.write(Self.zeros.blocks(Self.zeros.byteCount), at: start + length)
                place.reservedEnd += Self.zeros.byteCount
            }
            let last = place.end / BlockBuffer.blockBytes * BlockBuffer.blockBytes - start
            if last > 0, last < length { place.blocks.moveToFront(last) }
            if place.blocks.byteCount > Self.keptBytes {
                place.blocks.resize(to: BlockBuffer.blockBytes, keeping: BlockBuffer.blockBytes)
            }
        }
    }

    func synchronize() throws(FileFailure) { try file.synchronizeData() }
}
