public import Histories

/// Reduces an invalid history to a small one that is invalid for the same kind of reason.
///
/// Removes whole keys, whole processes, values with their writes and reads, single writes of registers
/// with what may have seen them, and single reads, in runs that are halved while the rest is no longer
/// invalid (Zeller and Hildebrandt's `ddmin`). What is left keeps its meaning: no read is left of
/// something all of whose writes were removed, unless it is what every key holds at first.
public struct HistoryShrinker {
    /// What shrinking came to.
    public struct Result: Sendable, Equatable {
        public var history: History
        /// How many smaller histories were tried.
        public var tries: Int
        /// Whether no further removal was left to try.
        public var isMinimal: Bool
    }

    private let verdict: (History) -> Verdict
    private let shouldStop: () -> Bool
    private var history: History
    private let suspects: [Int]
    private let initial: ValueID
    private var tries = 0

    /// - Parameters:
    ///   - suspects: Places of operations that probably contradict each other.
    ///   - initial: What every key holds before the first write.
    ///   - shouldStop: Asked before every try; the smallest history so far is then the result.
    ///   - verdict: What a history comes to; has to be invalid for `history`.
    public init(
        _ history: History,
        suspects: [Int] = [],
        initial: ValueID = .absent,
        shouldStop: @escaping () -> Bool,
        verdict: @escaping (History) -> Verdict
    ) {
        self.history = history
        self.suspects = suspects
        self.initial = initial
        self.shouldStop = shouldStop
        self.verdict = verdict
    }

    public mutating func shrink() -> Result {
        var isMinimal = false
        if !suspects.isEmpty, !remove(allButSuspects) { _ = remove(otherKeys) }
        while !isMinimal, !shouldStop() {
            let before = (history.operations.count, history.steps.count, history.elements.count)
            removeRuns { Self.keys(of: $0) }
            removeRuns { Self.processes(of: $0) }
            removeRuns { Self.values(of: $0) }
            removeRuns { RegisterWrites.removals(of: $0) }
            removeRuns { Self.reads(of: $0) }
            removeRuns { Self.pairs(of: $0) }
            isMinimal =
                before == (history.operations.count, history.steps.count, history.elements.count)
                && !shouldStop()
        }
        return Result(history: history.compacted(), tries: tries, isMinimal: isMinimal)
    }

    /// All values that no suspect made or saw, and all other operations that only look.
    private var allButSuspects: Removal {
        let belonging = Belonging(history)
        let suspected = Set(suspects)
        var needed: Set<KeyedValue> = []
        for place in suspects where history.operations.indices.contains(place) {
            needed.formUnion(belonging.values(madeBy: place))
            needed.formUnion(belonging.values(seenBy: place))
        }
        var removal = Removal()
        for place in history.operations.indices where !suspected.contains(place) {
            if belonging.onlyLooks(place) { removal.places.insert(place) }
            for value in belonging.values(madeBy: place) where !needed.contains(value) {
                removal.values.insert(value)
            }
        }
        // What compare-and-set made of a value stays only if the value does.
        let isWhole = belonging.closure(of: removal.values).isDisjoint(with: needed)
        if !isWhole { removal.values = [] }
        return removal
    }

    private var otherKeys: Removal {
        let keys = Set(
            suspects.filter(history.operations.indices.contains).map { history.operations[$0].key }
        )
        let places = history.operations.indices.filter { place in
            switch history.operations[place].action {
            case .transaction, .transfer: false
            default: !keys.contains(history.operations[place].key)
            }
        }
        return Removal(places: Set(places))
    }

    /// Removes runs of units, halving their length while that makes the rest valid.
    private mutating func removeRuns(_ units: (History) -> [Removal]) {
        var all = units(history)
        var length = max(1, all.count / 2)
        while !all.isEmpty {
            var start = 0
            while start < all.count {
                if shouldStop() { return }
                var removal = Removal()
                for unit in all[start..<min(all.count, start + length)] { removal.add(unit) }
                if remove(removal) {
                    // Places have moved: the units are found anew.
                    all = units(history)
                } else {
                    start += length
                }
            }
            if length == 1 { return }
            length = max(1, length / 2)
        }
    }

    private mutating func remove(_ removal: Removal) -> Bool {
        var removal = removal
        removal.findPieces(in: history)
        let rest = removal.applied(to: history)
        let isSmaller =
            rest.operations.count < history.operations.count
            || rest.steps.count < history.steps.count
            || rest.elements.count < history.elements.count
        guard isSmaller, !rest.operations.isEmpty, !leavesOrphans(rest) else { return false }
        tries += 1
        guard case .invalid = verdict(rest) else { return false }
        history = rest
        return true
    }

    /// Whether something is seen in what is left whose every write is gone.
    private func leavesOrphans(_ rest: History) -> Bool {
        let (whole, left) = (Belonging(history), Belonging(rest))
        let made = Set(rest.operations.indices.flatMap(left.values(madeBy:)))
        var orphans: Set<KeyedValue> = []
        for place in rest.operations.indices {
            orphans.formUnion(left.values(seenBy: place).filter { !made.contains($0) })
        }
        orphans = orphans.filter { $0.value != initial && $0.value != .absent }
        guard !orphans.isEmpty else { return false }
        return history.operations.indices.contains { place in
            whole.values(madeBy: place).contains(where: orphans.contains)
        }
    }

    // MARK: Units

    private static func keys(of history: History) -> [Removal] {
        var places: [KeyID: Removal] = [:]
        for (place, operation) in history.operations.enumerated() {
            switch operation.action {
            case .transaction, .transfer: continue
            default: places[operation.key, default: Removal()].places.insert(place)
            }
        }
        guard places.count > 1 else { return [] }
        return places.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func processes(of history: History) -> [Removal] {
        let belonging = Belonging(history)
        var removals: [UInt32: Removal] = [:]
        for (place, operation) in history.operations.enumerated() {
            var removal = removals[operation.process] ?? Removal()
            if belonging.onlyLooks(place) || belonging.partners[place] != nil {
                removal.places.insert(place)
            }
            removal.values.formUnion(belonging.values(madeBy: place))
            removals[operation.process] = removal
        }
        return removals.sorted { $0.key < $1.key }.map { entry in
            var removal = entry.value
            removal.values = belonging.closure(of: removal.values)
            return removal
        }
    }

    private static func values(of history: History) -> [Removal] {
        let belonging = Belonging(history)
        var seen: Set<KeyedValue> = []
        var removals: [Removal] = []
        for place in history.operations.indices {
            let made = belonging.values(madeBy: place)
            guard made.contains(where: { !seen.contains($0) }) else { continue }
            seen.formUnion(made)
            removals.append(Removal(values: belonging.closure(of: made)))
        }
        return removals
    }

    private static func reads(of history: History) -> [Removal] {
        let belonging = Belonging(history)
        return history.operations.indices.filter(belonging.onlyLooks).map {
            Removal(places: [$0])
        }
    }

    /// Acquisitions with their releases.
    private static func pairs(of history: History) -> [Removal] {
        let partners = Belonging(history).partners
        return partners.sorted { $0.key < $1.key }.filter { $0.key < $0.value }.map {
            Removal(places: [$0.key, $0.value])
        }
    }
}
