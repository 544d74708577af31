/// A ring of requests, first in, first out; it grows to the deepest it ever was.
@safe struct RequestQueue: ~Copyable {
    private var ring: UnsafeMutablePointer<RequestID>
    /// A power of two, for the masks below.
    private var capacity = 16
    private var head = 0
    private(set) var count = 0

    init() {
        unsafe ring = .allocate(capacity: capacity)
    }

    deinit { unsafe ring.deallocate() }

    var isEmpty: Bool { count == 0 }

    /// From the oldest, which is 0.
    subscript(offset: Int) -> RequestID {
        get {
            assert(offset >= 0 && offset < count, "Only what is there can be looked at.")
            return unsafe ring[(head + offset) & (capacity - 1)]
        }
        set {
            assert(offset >= 0 && offset < count, "Only what is there can be changed.")
            unsafe ring[(head + offset) & (capacity - 1)] = newValue
        }
    }

    mutating func append(_ id: RequestID) {
        if count == capacity { grow() }
        unsafe ring[(head + count) & (capacity - 1)] = id
        count += 1
    }

    mutating func popFirst() -> RequestID? {
        guard count > 0 else { return nil }
        let id = unsafe ring[head]
        head = (head + 1) & (capacity - 1)
        count -= 1
        return id
    }

    /// Takes all of them, the oldest first.
    mutating func takeAll() -> [RequestID] {
        var all: [RequestID] = []
        all.reserveCapacity(count)
        while let id = popFirst() { all.append(id) }
        return all
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<RequestID>.allocate(capacity: capacity * 2)
        for offset in 0..<count { unsafe larger[offset] = self[offset] }
        unsafe ring.deallocate()
        unsafe ring = larger
        (head, capacity) = (0, capacity * 2)
    }
}
