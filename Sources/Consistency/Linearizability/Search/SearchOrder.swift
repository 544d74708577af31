/// The invocations and returns of one object's operations in order, with a slot for each
/// operation under way.
///
/// A slot is free again when its operation has returned, so a configuration is as large as the
/// concurrency, not as the history. An operation whose end is unknown keeps its slot.
struct SearchOrder: Sendable {
    /// One operation as a search sees it.
    struct Entry: Sendable {
        var label: Int32
        var invoked: Int64
        /// `RecordedOperation.never` for an operation that need not take effect.
        var completed: Int64
    }

    /// An operation's number for its invocation, the bitwise complement for its return.
    private(set) var events: [Int32] = []
    private(set) var labels: [Int32] = []
    private(set) var slots: [Int32] = []
    /// The event of each operation's invocation.
    private(set) var starts: [Int32] = []
    /// The event of its return; `Int32.max` for one that need not take effect.
    private(set) var deadlines: [Int32] = []
    private(set) var slotCount = 0

    /// Orders what happened; equal times are concurrent, so invocations come before returns.
    ///
    /// - Parameter entries: By `invoked`.
    init(_ entries: [Entry]) {
        let count = entries.count
        labels = entries.map(\.label)
        slots = [Int32](repeating: 0, count: count)
        starts = [Int32](repeating: 0, count: count)
        deadlines = [Int32](repeating: .max, count: count)
        let returns = Self.returns(of: entries)
        events.reserveCapacity(count + returns.count)
        var free: [Int32] = []
        var nextReturn = 0
        for number in 0..<count {
            while nextReturn < returns.count,
                entries[Int(returns[nextReturn])].completed < entries[number].invoked
            {
                free.append(slots[Int(returns[nextReturn])])
                add(returnOf: returns[nextReturn])
                nextReturn += 1
            }
            starts[number] = Int32(events.count)
            events.append(Int32(number))
            if let slot = free.popLast() {
                slots[number] = slot
            } else {
                slots[number] = Int32(slotCount)
                slotCount += 1
            }
        }
        for number in returns[nextReturn...] { add(returnOf: number) }
    }

    private static func returns(of entries: [Entry]) -> [Int32] {
        var returns: [(time: Int64, number: Int32)] = []
        returns.reserveCapacity(entries.count)
        for (number, entry) in entries.enumerated() where entry.completed != .max {
            returns.append((entry.completed, Int32(number)))
        }
        returns.sort { ($0.time, $0.number) < ($1.time, $1.number) }
        return returns.map(\.number)
    }

    private mutating func add(returnOf number: Int32) {
        deadlines[Int(number)] = Int32(events.count)
        events.append(~number)
    }
}
