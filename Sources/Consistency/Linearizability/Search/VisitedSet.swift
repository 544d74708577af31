/// The configurations a search has been in: open addressing in one flat table.
struct VisitedSet<Mask: SlotMask> {
    private struct Entry {
        var event: Int32
        var state: Int32
        var mask: Mask
    }

    /// The event of an empty place.
    private static var empty: Int32 { -1 }

    private var entries: [Entry]
    private(set) var count = 0
    private let slots: Int

    init(slots: Int, capacity: Int = 256) {
        self.slots = slots
        entries = Self.table(capacity, slots)
    }

    /// What the table occupies.
    var bytes: Int { entries.count * Self.entryBytes(slots) }

    /// What it occupies, with the old table, while it grows.
    var bytesToGrow: Int { isFull ? 3 * bytes : bytes }

    private var isFull: Bool { (count + 1) * 8 > entries.count * 5 }

    /// - Returns: Whether the configuration was not there yet.
    mutating func insert(event: Int32, state: Int32, mask: Mask) -> Bool {
        if isFull { grow() }
        var place = home(event, state, mask)
        while entries[place].event != Self.empty {
            if entries[place].event == event, entries[place].state == state,
                entries[place].mask == mask
            {
                return false
            }
            place = (place + 1) & (entries.count - 1)
        }
        entries[place] = Entry(event: event, state: state, mask: mask)
        count += 1
        return true
    }

    mutating func removeAll() {
        entries = Self.table(256, slots)
        count = 0
    }

    private func home(_ event: Int32, _ state: Int32, _ mask: Mask) -> Int {
        let pair = UInt64(UInt32(bitPattern: event)) << 32 | UInt64(UInt32(bitPattern: state))
        var hash = (pair &* 0xbf58_476d_1ce4_e5b9) ^ mask.mixed
        hash ^= hash >> 32
        hash = hash &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: (hash ^ (hash >> 31)) & UInt64(entries.count - 1))
    }

    private mutating func grow() {
        let old = entries
        entries = Self.table(old.count * 2, slots)
        for entry in old where entry.event != Self.empty {
            var place = home(entry.event, entry.state, entry.mask)
            while entries[place].event != Self.empty { place = (place + 1) & (entries.count - 1) }
            entries[place] = entry
        }
    }

    private static func table(_ capacity: Int, _ slots: Int) -> [Entry] {
        [Entry](
            repeating: Entry(event: empty, state: 0, mask: Mask(slots: slots)),
            count: capacity
        )
    }

    private static func entryBytes(_ slots: Int) -> Int {
        // A mask of unbounded width holds its words elsewhere.
        let elsewhere = Mask.self == UnboundedMask.self ? 32 + (slots + 63) / 64 * 8 : 0
        return MemoryLayout<Entry>.stride + elsewhere
    }
}
