internal import CSystemCalls

/// Lets one write of a key at a time be under way; the others wait in the order of their coming.
struct KeyQueues {
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
    private var queues: [Queue]

    init(keyCount: Int) {
        queues = Array(repeating: Queue(), count: keyCount)
    }

    /// True if the write may begin; otherwise it has been queued.
    mutating func begin(
        _ id: RequestID,
        position: Int,
        requests: inout RequestTable
    ) -> Bool {
        let queue = queues[position]
        switch queue.head {
        case Mark.idle:
            queues[position].head = Mark.busy
            return true
        case Mark.busy:
            queues[position].head = id
        default:
            requests[queue.tail].next = id
        }
        queues[position].tail = id
        requests[id].next = RequestTable.none
        return false
    }

    /// The write under way has ended; the next one's turn begins, if there is one.
    mutating func end(position: Int, requests: inout RequestTable) -> RequestID? {
        let head = queues[position].head
        guard head >= 0 else {
            queues[position].head = Mark.idle
            return nil
        }
        let next = requests[head].next
        queues[position].head = next == RequestTable.none ? Mark.busy : next
        return head
    }

    func prefetch(_ position: Int) {
        unsafe queues.withUnsafeBufferPointer { queues in
            unsafe ordeal_prefetch(queues.baseAddress?.advanced(by: position))
        }
    }
}
