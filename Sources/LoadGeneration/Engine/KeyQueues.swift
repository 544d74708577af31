/// Lets one write of a key at a time be under way; the others wait in the order of their coming.
struct KeyQueues {
    private enum Mark {
        static let idle: RequestID = -1
        /// A write is under way and nobody waits.
        static let busy: RequestID = -2
    }

    /// By position of the key: `idle`, `busy`, or the first of those that wait.
    private var heads: [RequestID]
    private var tails: [RequestID]

    init(keyCount: Int) {
        heads = Array(repeating: Mark.idle, count: keyCount)
        tails = heads
    }

    /// True if the write may begin; otherwise it has been queued.
    mutating func begin(
        _ id: RequestID,
        position: Int,
        requests: inout RequestTable
    ) -> Bool {
        switch heads[position] {
        case Mark.idle:
            heads[position] = Mark.busy
            return true
        case Mark.busy:
            heads[position] = id
        default:
            requests[tails[position]].next = id
        }
        tails[position] = id
        requests[id].next = RequestTable.none
        return false
    }

    /// The write under way has ended; the next one's turn begins, if there is one.
    mutating func end(position: Int, requests: RequestTable) -> RequestID? {
        let head = heads[position]
        guard head >= 0 else {
            heads[position] = Mark.idle
            return nil
        }
        let next = requests[head].next
        heads[position] = next == RequestTable.none ? Mark.busy : next
        return head
    }
}
