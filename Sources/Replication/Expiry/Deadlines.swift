/// When keys end, the soonest first: a binary heap.
///
/// A key is named by the upper half of its hash, so that nothing keeps a record that was replaced. What
/// was replaced or removed leaves its deadline behind, which is found to be of no key once it is looked
/// at, or when there are too many of them.
struct Deadlines: Sendable {
    private var heap: [Deadline] = []

    struct Deadline: Comparable, Sendable {
        var time: Int64
        var tag: UInt32

        static func < (one: Self, other: Self) -> Bool {
            (one.time, one.tag) < (other.time, other.tag)
        }
    }

    var count: Int { heap.count }
    var soonest: Int64? { heap.first?.time }

    mutating func insert(_ deadline: Deadline) {
        heap.append(deadline)
        var place = heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[place] < heap[parent] else { break }
            heap.swapAt(place, parent)
            place = parent
        }
    }

    /// Takes the soonest one that is not behind a time.
    mutating func take(upTo time: Int64) -> Deadline? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != place else { return }
            heap.swapAt(place, least)
            place = least
        }
    }

    /// Forgets those that are of no key, and what stands twice.
    mutating func clear(_ isOfKey: (Deadline) -> Bool) {
        // An array in order is a heap.
        var kept: [Deadline] = []
        for deadline in heap.sorted() where deadline != kept.last && isOfKey(deadline) {
            kept.append(deadline)
        }
        heap = kept
    }

    mutating func removeAll() { heap = [] }
}
