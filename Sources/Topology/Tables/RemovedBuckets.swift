/// What MementoHash remembers of each bucket that was removed: an open hash table, at most half
/// full.
///
/// Only the bucket that was remembered last is ever forgotten. Nothing that came later can have been
/// put behind it, so no grave has to mark its place.
struct RemovedBuckets: Sendable {
    private struct Entry {
        var bucket: UInt32
        /// How many buckets were left; it is also the one that took the removed one's place.
        var remaining: UInt32
        /// The bucket that was removed before.
        var previous: UInt32

        static let empty = Entry(bucket: .max, remaining: 0, previous: 0)
        var isEmpty: Bool { bucket == .max }
    }

    private var entries: [Entry] = []
    private var mask = 0
    private var shift: UInt32 = 32
    private var count = 0
    private var last: UInt32 = .max

    var isEmpty: Bool { count == 0 }

    /// How many buckets were left after this one; nil where it works.
    func remaining(after bucket: UInt32) -> UInt32? {
        let entries = entries.span
        guard !entries.isEmpty else { return nil }
        var index = home(of: bucket)
        while true {
            let entry = entries[index]
            if entry.bucket == bucket { return entry.remaining }
            if entry.isEmpty { return nil }
            index = (index + 1) & mask
        }
    }

    mutating func remember(_ bucket: UInt32, remaining: UInt32, previous: UInt32) {
        if 2 * (count + 1) > entries.count { grow() }
        insert(Entry(bucket: bucket, remaining: remaining, previous: previous))
    }

    /// Forgets the bucket that was remembered last, and names the one removed before it; nil where
    /// nothing is remembered.
    mutating func forget(_ bucket: UInt32) -> UInt32? {
        guard count > 0, bucket == last else { return nil }
        var index = home(of: bucket)
        while entries[index].bucket != bucket { index = (index + 1) & mask }
        let previous = entries[index].previous
        entries[index] = .empty
        count -= 1
        last = previous
        return previous
    }

    private mutating func insert(_ entry: Entry) {
        var index = home(of: entry.bucket)
        while !entries[index].isEmpty { index = (index + 1) & mask }
        entries[index] = entry
        count += 1
        last = entry.bucket
    }

    /// Enters everything anew in the order in which it was remembered.
    private mutating func grow() {
        var kept: [Entry] = []
        kept.reserveCapacity(count)
        var bucket = last
        while kept.count < count {
            var index = home(of: bucket)
            while entries[index].bucket != bucket { index = (index + 1) & mask }
            kept.append(entries[index])
            bucket = entries[index].previous
        }
        let size = max(8, 2 * entries.count)
        entries = [Entry](repeating: .empty, count: size)
        mask = size - 1
        shift = UInt32(32 - size.trailingZeroBitCount)
        count = 0
        for entry in kept.reversed() { insert(entry) }
    }

    /// Fibonacci hashing: the leading bits of a product.
    private func home(of bucket: UInt32) -> Int { Int((bucket &* 0x9e37_79b9) >> shift) }

    var byteCount: Int { entries.count * MemoryLayout<Entry>.size }
}
