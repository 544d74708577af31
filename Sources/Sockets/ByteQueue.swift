/// Bytes in the order of their coming, in memory of its own that is used again and again.
@safe public struct ByteQueue: ~Copyable {
    /// nil until the first byte comes.
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var head = 0
    private var tail = 0

    /// What was reserved for a burst is given back once it is empty.
    private static let idleCapacity = 256 << 10
    private static let leastCapacity = 256

    public init() {
        unsafe memory = nil
    }

    deinit { unsafe memory?.deallocate() }

    public var count: Int { tail - head }
    public var isEmpty: Bool { tail == head }

    /// Everything that is there.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let all = unsafe UnsafeRawBufferPointer(start: memory, count: tail)
            let span = unsafe Span<UInt8>(_unsafeBytes: all).extracting(droppingFirst: head)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    public mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let memory = unsafe memory, let start = source.baseAddress else { return }
            unsafe (memory + tail).copyMemory(from: start, byteCount: source.count)
        }
        tail += bytes.count
    }

    public mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "Only what is there can be taken.")
        head += count
        if head == tail { removeAll() }
    }

    public mutating func removeAll() {
        (head, tail) = (0, 0)
        guard capacity > Self.idleCapacity else { return }
        unsafe memory?.deallocate()
        unsafe memory = nil
        capacity = 0
    }

    /// Lets `fill` write behind the last byte where there is room for `room` bytes at least; it says
    /// how many it wrote.
    public mutating func append(room: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(room)
        guard let memory = unsafe memory else { return }
        tail += unsafe fill(
            UnsafeMutableRawBufferPointer(start: memory + tail, count: capacity - tail)
        )
    }

    private mutating func reserve(_ room: Int) {
        guard capacity - tail < room else { return }
        if let memory = unsafe memory, head >= count, capacity - count >= room {
            unsafe memory.copyMemory(from: memory + head, byteCount: count)
            (head, tail) = (0, count)
        } else {
            grow(to: max(Self.leastCapacity, capacity * 2, count + room))
        }
    }

    private mutating func grow(to newCapacity: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 1)
        if let memory = unsafe memory {
            unsafe larger.copyMemory(from: memory + head, byteCount: count)
            unsafe memory.deallocate()
        }
        unsafe memory = larger
        (head, tail, capacity) = (0, count, newCapacity)
    }
}
