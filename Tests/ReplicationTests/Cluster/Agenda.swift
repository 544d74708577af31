/// What is to happen on virtual time: a binary heap, ties in the order of their making.
struct Agenda {
    private var heap: [Appointment] = []
    private var made: UInt64 = 0

    struct Appointment {
        var time: UInt64
        var number: UInt64
        var action: () -> Void
    }

    mutating func add(at time: UInt64, _ action: @escaping () -> Void) {
        made += 1
        heap.append(Appointment(time: time, number: made, action: action))
        var child = heap.count - 1
        while child > 0, precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the first appointment, if it is not after `end`.
    mutating func next(before end: UInt64) -> Appointment? {
        guard let first = heap.first, first.time <= end else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && precedes(heap[child], heap[least]) {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ left: Appointment, _ right: Appointment) -> Bool {
        (left.time, left.number) < (right.time, right.number)
    }
}
