/// Requests that wait for their entries to be committed, in the order of the entries.
struct PendingReplies {
    private var waiting: [(index: UInt64, token: RequestToken, byteCount: Int)] = []
    private var start = 0

    var count: Int { waiting.count - start }

    mutating func append(_ token: RequestToken, at index: UInt64, byteCount: Int) {
        waiting.append((index, token, byteCount))
    }

    mutating func take(at index: UInt64) -> (RequestToken, byteCount: Int)? {
        guard start < waiting.count, waiting[start].index == index else { return nil }
        let (_, token, byteCount) = waiting[start]
        start += 1
        if start == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 4_096 {
            waiting.removeFirst(start)
            start = 0
        }
        return (token, byteCount)
    }

    mutating func takeAll() -> [(RequestToken, byteCount: Int)] {
        defer {
            waiting = []
            start = 0
        }
        return waiting[start...].map { ($0.token, $0.byteCount) }
    }
}
