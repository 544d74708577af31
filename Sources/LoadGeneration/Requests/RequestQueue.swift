/// A ring of requests, first in, first out; it grows to the deepest it ever was.
struct RequestQueue {
    private var ring: [RequestID]
    private var head = 0
    private(set) var count = 0

    init() {
        ring = Array(repeating: RequestTable.none, count: 16)
    }

    var isEmpty: Bool { count == 0 }

    /// From the oldest, which is 0.
    subscript(offset: Int) -> RequestID {
        get { ring[(head + offset) & (ring.count - 1)] }
        set { ring[(head + offset) & (ring.count - 1)] = newValue }
    }

    mutating func append(_ id: RequestID) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = id
        count += 1
    }

    mutating func popFirst() -> RequestID? {
        guard count > 0 else { return nil }
        let id = ring[head]
        head = (head + 1) & (ring.count - 1)
        count -= 1
        return id
    }

    /// The length stays a power of two, for the masks above.
    private mutating func grow() {
        ring = (0..<count).map { self[$0] } + Array(repeating: RequestTable.none, count: count)
        head = 0
    }
}
