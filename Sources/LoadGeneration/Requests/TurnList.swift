/// Clients of a closed loop whose next request is due, in the order of their coming.
///
/// Replies come in runs that belong to one client, and so do the turns.
struct TurnList {
    struct Run {
        var client: Int32
        var count: Int32
    }

    private(set) var runs: [Run] = []
    private var last = Run(client: -1, count: 0)

    var isEmpty: Bool { last.count == 0 && runs.isEmpty }

    mutating func append(_ client: Int32) {
        if client == last.client {
            last.count += 1
        } else {
            finish()
            last = Run(client: client, count: 1)
        }
    }

    /// Takes all of them into `other`, whose room is used again.
    mutating func take(into other: inout TurnList) {
        finish()
        other.removeAll()
        swap(&self, &other)
    }

    mutating func removeAll() {
        runs.removeAll(keepingCapacity: true)
        last = Run(client: -1, count: 0)
    }

    private mutating func finish() {
        if last.count > 0 { runs.append(last) }
        last = Run(client: -1, count: 0)
    }
}
