/// What is to happen on virtual time: a heap with four children a parent, ties in the order of their
/// making.
///
/// Time and order share one word, so that two entries are compared by one instruction.
struct Agenda {
    private var heap: [Entry] = []
    private var made: UInt64 = 0

    /// More appointments than any run makes, and more time than it takes: a minute in nanoseconds.
    private static let orderBits: UInt64 = 28

    private struct Entry {
        var key: UInt64
        var happening: Happening
    }

    init() { heap.reserveCapacity(1_024) }

    var count: Int { heap.count }

    mutating func add(_ happening: Happening, at time: UInt64) {
        made &+= 1
        let entry = Entry(key: time << Self.orderBits | made, happening: happening)
        heap.append(entry)
        unsafe heap.withUnsafeMutableBufferPointer { heap in
            var child = heap.count &- 1
            while child > 0 {
                let parent = (child &- 1) >> 2
                let above = unsafe heap[parent]
                guard entry.key < above.key else { break }
                unsafe heap[child] = above
                child = parent
            }
            unsafe heap[child] = entry
        }
    }

    /// When the next appointment is; far away where there is none.
    var nextTime: UInt64 { heap.isEmpty ? .max : heap[0].key >> Self.orderBits }

    /// Takes the first appointment; there must be one.
    mutating func take() -> (time: UInt64, happening: Happening) {
        let first = heap[0]
        let last = heap.removeLast()
        let count = heap.count
        if count > 0 { sink(last, count) }
        return (first.key >> Self.orderBits, first.happening)
    }

    /// Puts an entry in the place of the first one.
    private mutating func sink(_ entry: Entry, _ count: Int) {
        unsafe heap.withUnsafeMutableBufferPointer { heap in
            var hole = 0
            while true {
                let first = hole << 2 &+ 1
                guard first < count else { break }
                var least = first
                var leastKey = unsafe heap[first].key
                if first &+ 3 < count {
                    // Two pairs, then their winners: which child is first is anybody's guess, so that
                    // a branch on it would cost more than both comparisons.
                    let (b, c) = unsafe (heap[first &+ 1].key, heap[first &+ 2].key)
                    let d = unsafe heap[first &+ 3].key
                    let left = b < leastKey ? first &+ 1 : first
                    let leftKey = min(b, leastKey)
                    let right = d < c ? first &+ 3 : first &+ 2
                    let rightKey = min(d, c)
                    least = rightKey < leftKey ? right : left
                    leastKey = min(leftKey, rightKey)
                } else {
                    for child in first &+ 1..<max(count, first &+ 1) {
                        let key = unsafe heap[child].key
                        if key < leastKey { (least, leastKey) = (child, key) }
                    }
                }
                guard leastKey < entry.key else { break }
                unsafe heap[hole] = heap[least]
                hole = least
            }
            unsafe heap[hole] = entry
        }
    }
}

/// One appointment: small, since most of a run's time goes through the heap.
struct Happening {
    var kind: Kind
    /// The number of a node, or 0 for the coordinator, or whatever the kind says.
    var place: UInt8 = 0
    /// The process that it is meant for: nothing happens to a later one.
    var life: UInt16 = 0
    var value: UInt32 = 0

    enum Kind: UInt8 {
        // To a node's process.
        case tick
        case endTurn
        case heartbeat
        case watchLinks
        /// `value`: what is delivered.
        case message
        /// `value`: how often the log's work was begun.
        case logStep
        case syncerStep
        case startStep
        /// `value`: the peer.
        case dial
        case linked
        case unlinked
        /// `value`: the peer, to which too much waits to be sent, or no longer.
        case congested
        /// `value`: the client's request.
        case request
        /// `value`: the map's number.
        case map

        // To the coordinator.
        case coordinatorTick
        case coordinatorMessage
        case storeStep

        // To clients.
        case arrival
        case reply
        case sweep

        // To everything.
        case strike
        case heal
        /// `value`: 0 for the healing, 1 when who failed for good is known, 2 for the quiet.
        case phase
    }
}
