import Histories

/// What became of one key's writes.
struct KeyFate {
    enum Standing: Equatable {
        /// Every acknowledged write is there, or under a newer one.
        case survived
        /// `survivor` is 0 where the key is absent.
        case lost(survivor: UInt32, first: UInt32, count: Int)
        case resurrected(survivor: UInt32, covered: Int)
        /// Nobody can have written what stands there, so nothing is known of the writes below.
        case garbage
        case unread
    }

    let standing: Standing
    var unknownPresent = 0
    var unknownAbsent = 0
    var unknownOverwritten = 0

    init(_ writes: WritesOfKey, survivor: CopyValue) {
        let sequence: UInt32
        switch survivor {
        case .unread:
            standing = .unread
            unknownOverwritten = writes.unknown.count
            return
        case .garbage:
            standing = .garbage
            unknownOverwritten = writes.unknown.count
            return
        case .absent:
            sequence = 0
        case .stamped(let stamp):
            guard writes.objection(to: stamp) == nil else {
                standing = .garbage
                unknownOverwritten = writes.unknown.count
                return
            }
            sequence = stamp.sequence
        }
        for unknown in writes.unknown {
            if unknown == sequence {
                unknownPresent += 1
            } else if unknown > sequence {
                unknownAbsent += 1
            } else {
                unknownOverwritten += 1
            }
        }
        let gone = writes.acknowledged(above: sequence)
        guard gone > 0, let first = writes.firstAcknowledged(above: sequence) else {
            standing = .survived
            return
        }
        standing =
            writes.unknown.contains(sequence)
            ? .resurrected(survivor: sequence, covered: gone)
            : .lost(survivor: sequence, first: first, count: gone)
    }
}
