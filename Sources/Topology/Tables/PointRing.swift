/// Points on a circle of 64 bits, with an index by their leading bits: finding the point that
/// follows a hash takes constant time on average.
struct PointRing: Sendable {
    private let hashes: [UInt64]
    private let slots: [UInt32]
    /// The first point at or behind each multiple of 2^`shift`.
    private let starts: [UInt32]
    private let shift: UInt64

    struct Point {
        var hash: UInt64
        var slot: UInt32
    }

    /// At least one point; equal hashes are ordered by slot, whatever order the points come in.
    init(_ points: consuming [Point]) {
        precondition(!points.isEmpty, "A ring has points.")
        points.sort { ($0.hash, $0.slot) < ($1.hash, $1.slot) }
        hashes = points.map(\.hash)
        slots = points.map(\.slot)
        var bits: UInt64 = 1
        while bits < 31, 1 << bits < points.count { bits += 1 }
        shift = 64 - bits
        var starts: [UInt32] = []
        starts.reserveCapacity(1 << Int(bits))
        var next = 0
        for prefix in 0..<UInt64(1) << bits {
            while next < hashes.count, hashes[next] >> shift < prefix { next += 1 }
            starts.append(UInt32(next))
        }
        self.starts = starts
    }

    var count: Int { hashes.count }

    /// The first point at or behind `hash`, clockwise.
    func point(following hash: UInt64) -> Int {
        var index = Int(starts[Int(truncatingIfNeeded: hash >> shift)])
        let count = hashes.count
        while index < count, hashes[index] < hash { index += 1 }
        return index == count ? 0 : index
    }

    func point(after index: Int) -> Int {
        let next = index + 1
        return next == hashes.count ? 0 : next
    }

    func slot(at index: Int) -> UInt32 { slots[index] }

    /// How far the point lies behind `hash`, clockwise.
    func distance(from hash: UInt64, to index: Int) -> UInt64 { hashes[index] &- hash }

    /// The part of the circle that belongs to each slot.
    func shares(slotCount: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: slotCount)
        var previous = hashes[hashes.count - 1]
        for (hash, slot) in zip(hashes, slots) {
            shares[Int(slot)] += hashes.count == 1 ? 1 : Double(hash &- previous) * 0x1p-64
            previous = hash
        }
        return shares
    }

    var byteCount: Int {
        hashes.count * (MemoryLayout<UInt64>.size + MemoryLayout<UInt32>.size)
            + starts.count * MemoryLayout<UInt32>.size
    }
}
