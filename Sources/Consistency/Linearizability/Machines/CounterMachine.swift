/// A counter whose replies show totals.
struct CounterMachine: SequentialMachine {
    enum Deed: Sendable, Hashable {
        case read(Int64)
        /// `total` is what the reply showed, if it did.
        case add(Int64, total: Int64?)
    }

    private let deeds: [Deed]
    private var totals: [Int64]
    private var states: [Int64: Int32]
    private var successors: [UInt64: Int32] = [:]
    /// By event: the least total that a required operation invoked from there on found; empty where
    /// something is ever taken away.
    private let least: [Int64]

    static var foresees: Bool { true }
    var initial: Int32 = 0

    init(_ deeds: [Deed], initial: Int64, least: [Int64]) {
        self.deeds = deeds
        self.least = least
        totals = [initial]
        states = [initial: 0]
    }

    mutating func next(_ state: Int32, _ label: Int32) -> Int32 {
        let here = totals[Int(state)]
        switch deeds[Int(label)] {
        case .read(let total):
            return total == here ? state : Self.refused
        case .add(let amount, let total):
            let (sum, overflows) = here.addingReportingOverflow(amount)
            if overflows { return Self.refused }
            if let total, total != sum { return Self.refused }
            let key = UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: label))
            if let known = successors[key] { return known }
            let next = self.state(of: sum)
            successors[key] = next
            return next
        }
    }

    func observes(_ label: Int32) -> Bool {
        if case .read = deeds[Int(label)] { return true }
        return false
    }

    func isDoomed(_ state: Int32, at event: Int32) -> Bool {
        !least.isEmpty && totals[Int(state)] > least[Int(event)]
    }

    func isDoomed(_ state: Int32, pending label: Int32) -> Bool {
        guard !least.isEmpty, let found = Self.found(deeds[Int(label)]) else { return false }
        return totals[Int(state)] > found
    }

    /// The total before the operation, where its reply says it.
    static func found(_ deed: Deed) -> Int64? {
        switch deed {
        case .read(let total): return total
        case .add(let amount, let total?):
            let (before, overflows) = total.subtractingReportingOverflow(amount)
            return overflows ? nil : before
        case .add: return nil
        }
    }

    private mutating func state(of total: Int64) -> Int32 {
        if let known = states[total] { return known }
        let state = Int32(totals.count)
        totals.append(total)
        states[total] = state
        return state
    }
}
