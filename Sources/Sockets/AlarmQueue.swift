/// Tasks for later times, the earliest first; those of the same time in the order of their coming.
struct AlarmQueue {
    private struct Entry {
        let time: Int64
        let serial: UInt64
        let task: () -> Void

        func isBefore(_ other: Entry) -> Bool {
            (time, serial) < (other.time, other.serial)
        }
    }

    private var heap: [Entry] = []
    private(set) var lastSerial: UInt64 = 0

    /// When the earliest is due.
    var next: Int64? { heap.first?.time }

    mutating func insert(_ time: Int64, _ task: @escaping () -> Void) {
        lastSerial += 1
        heap.append(Entry(time: time, serial: lastSerial, task: task))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest, if it is due and was set no later than `serial`.
    mutating func take(dueBy now: Int64, upTo serial: UInt64) -> (() -> Void)? {
        guard let first = heap.first, first.time <= now, first.serial <= serial else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return first.task
    }
}
