/// A set of slots: which of the operations under way have taken effect.
///
/// As narrow as the history's concurrency allows: one word where 64 slots are enough.
protocol SlotMask: Hashable, Sendable {
    init(slots: Int)
    var words: Int { get }
    subscript(word index: Int) -> UInt64 { get set }
}

extension SlotMask {
    @inline(__always)
    func contains(_ slot: Int) -> Bool { self[word: slot >> 6] >> UInt64(slot & 63) & 1 != 0 }

    @inline(__always)
    mutating func insert(_ slot: Int) { self[word: slot >> 6] |= 1 << UInt64(slot & 63) }

    @inline(__always)
    mutating func remove(_ slot: Int) { self[word: slot >> 6] &= ~(1 << UInt64(slot & 63)) }

    var mixed: UInt64 {
        var hash: UInt64 = 0
        for word in 0..<words {
            hash = (hash ^ self[word: word]) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return hash
    }
}

struct SingleWordMask: SlotMask {
    var bits: UInt64 = 0

    init(slots: Int) {}

    @inline(__always)
    var words: Int { 1 }

    @inline(__always)
    subscript(word index: Int) -> UInt64 {
        get { bits }
        set { bits = newValue }
    }
}

/// Four or sixteen words in place.
struct VectorMask<Storage: SIMD & Sendable>: SlotMask where Storage.Scalar == UInt64 {
    var storage = Storage()

    init(slots: Int) {}

    var words: Int { Storage.scalarCount }

    subscript(word index: Int) -> UInt64 {
        get { storage[index] }
        set { storage[index] = newValue }
    }
}

/// As many words as it takes, elsewhere in memory: slow, but without a limit.
struct UnboundedMask: SlotMask {
    var storage: [UInt64]

    init(slots: Int) { storage = [UInt64](repeating: 0, count: (slots + 63) / 64) }

    var words: Int { storage.count }

    subscript(word index: Int) -> UInt64 {
        get { storage[index] }
        set { storage[index] = newValue }
    }
}
