internal import CProcessor

/// Lets one write of a key at a time be under way; the others wait in the order of their coming.
@safe struct KeyQueues: ~Copyable {
    private enum Mark {
        static let idle: RequestID = -1
        /// A write is under way and nobody waits.
        static let busy: RequestID = -2
    }

    private struct Queue {
        /// `idle`, `busy`, or the first of those that wait.
        var head = Mark.idle
        var tail = Mark.idle
    }

    /// By position of the key.
    private var queues: UnsafeMutablePointer<Queue>
    private var keyCount: Int
    private var capacity: Int

    init(keyCount: Int) {
        self.keyCount = keyCount
        capacity = keyCount
        unsafe queues = .allocate(capacity: keyCount)
        unsafe queues.initialize(repeating: Queue(), count: keyCount)
    }

    deinit { unsafe queues.deallocate() }

    /// Takes one more key, behind all others.
    mutating func grow() {
        if keyCount == capacity {
            capacity = max(64, capacity * 2)
            let larger = UnsafeMutablePointer<Queue>.allocate(capacity: capacity)
            unsafe larger.initialize(from: queues, count: keyCount)
            unsafe queues.deallocate()
            unsafe queues = larger
        }
        unsafe (queues + keyCount).initialize(to: Queue())
        keyCount += 1
    }

    /// True if the write may begin; otherwise it has been queued.
    mutating func begin(
        _ id: RequestID,
        position: Int,
        requests: inout RequestTable
    ) -> Bool {
        precondition(position >= 0 && position < keyCount, "Only own keys have queues.")
        let queue = unsafe queues[position]
        switch queue.head {
        case Mark.idle:
            unsafe queues[position].head = Mark.busy
            return true
        case Mark.busy:
            unsafe queues[position].head = id
        default:
            requests[queue.tail].next = id
        }
        unsafe queues[position].tail = id
        requests[id].next = RequestTable.none
        return false
    }

    /// The write under way has ended; the next one's turn begins, if there is one.
    mutating func end(position: Int, requests: inout RequestTable) -> RequestID? {
        precondition(position >= 0 && position < keyCount, "Only own keys have queues.")
        let head = unsafe queues[position].head
        guard head >= 0 else {
            unsafe queues[position].head = Mark.idle
            return nil
        }
        let next = requests[head].next
        unsafe queues[position].head = next == RequestTable.none ? Mark.busy : next
        return head
    }

    func prefetch(_ position: Int) {
        unsafe ordeal_prefetch(queues + position)
    }
}
