/// A text or a list that grows at its end, and may be replaced.
///
/// A state is what is there as far as it is the beginning of something that was read. All else is
/// one state: no read can see it, and only a replacement leaves it.
struct AppendMachine: SequentialMachine {
    enum Deed: Sendable, Hashable {
        case read([UInt32])
        case append([UInt32])
        case replace([UInt32])
    }

    /// What is there: the first of the sorted readings that begin so, and how long it is.
    private struct Beginning: Hashable {
        var reading: Int32
        var length: Int32
    }

    private let deeds: [Deed]
    /// Sorted, each once.
    private let readings: [[UInt32]]
    private var beginnings: [Beginning] = []
    private var states: [Beginning: Int32] = [:]
    /// By state and label.
    private var successors: [UInt64: Int32] = [:]
    /// By event: the shortest that a required read invoked from there on returned; empty where
    /// replacements make it meaningless.
    private let shortest: [Int32]
    var initial: Int32 = 0

    static var foresees: Bool { true }

    /// The state that no reading begins with.
    private static var unread: Int32 { 0 }

    init(_ deeds: [Deed], initial: [UInt32], shortest: [Int32]) {
        self.deeds = deeds
        self.shortest = shortest
        var readings: [[UInt32]] = []
        for case .read(let units) in deeds { readings.append(units) }
        readings.sort { $0.lexicographicallyPrecedes($1) }
        var distinct: [[UInt32]] = []
        for reading in readings where reading != distinct.last { distinct.append(reading) }
        self.readings = distinct
        // What nobody reads is longer than all that anybody reads.
        beginnings.append(Beginning(reading: -1, length: .max))
        self.initial = state(extending: Beginning(reading: 0, length: 0), by: initial)
    }

    mutating func next(_ state: Int32, _ label: Int32) -> Int32 {
        if case .read(let units) = deeds[Int(label)] {
            let here = beginnings[Int(state)]
            guard here.reading >= 0, Int(here.length) == units.count,
                readings[Int(here.reading)].starts(with: units)
            else { return Self.refused }
            return state
        }
        let key = UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: label))
        if let known = successors[key] { return known }
        let next: Int32
        switch deeds[Int(label)] {
        case .append(let units):
            let here = beginnings[Int(state)]
            next = here.reading < 0 ? state : self.state(extending: here, by: units)
        case .replace(let units):
            next = self.state(extending: Beginning(reading: 0, length: 0), by: units)
        case .read:
            next = state
        }
        successors[key] = next
        return next
    }

    func observes(_ label: Int32) -> Bool {
        if case .read = deeds[Int(label)] { return true }
        return false
    }

    func isDoomed(_ state: Int32, at event: Int32) -> Bool {
        guard !shortest.isEmpty else { return false }
        return beginnings[Int(state)].length > shortest[Int(event)]
    }

    func isDoomed(_ state: Int32, pending label: Int32) -> Bool {
        guard !shortest.isEmpty, case .read(let units) = deeds[Int(label)] else { return false }
        return beginnings[Int(state)].length > units.count
    }

    func isWasted(_ state: Int32) -> Bool { state == Self.unread }

    private mutating func state(extending here: Beginning, by units: [UInt32]) -> Int32 {
        let length = Int(here.length)
        guard Int(here.reading) < readings.count else { return Self.unread }
        let start = readings[Int(here.reading)].prefix(length)
        let wanted = start + units
        // The first reading that is not before what is wanted begins with it, or none does.
        var (low, high) = (Int(here.reading), readings.count)
        while low < high {
            let middle = (low + high) / 2
            if readings[middle].lexicographicallyPrecedes(wanted) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < readings.count, readings[low].starts(with: wanted) else { return Self.unread }
        let there = Beginning(reading: Int32(low), length: Int32(wanted.count))
        if let known = states[there] { return known }
        let state = Int32(beginnings.count)
        beginnings.append(there)
        states[there] = state
        return state
    }
}
