import Histories

/// What became of the writes of one key that all clients share.
struct KeyFates {
    /// Writes of one fate.
    struct Part {
        var fate: WriteFate
        /// Places in the key's writes, where it is known which they are.
        var writes: [Int] = []
        var count: Int
        /// What is there in their place.
        var stands = ""
        /// Why, where that does not follow from the promise.
        var explanation: String?
        /// Whether it may as well be another fate.
        var isOpen = false
    }

    var parts: [Part] = []
    /// Writes without an answer of which nobody can tell any more what became of them.
    var untold = 0
    /// Whether nobody looked at the end, so that nothing is known.
    var isUnread = false

    mutating func add(_ fate: WriteFate, _ writes: [Int], stands: String = "") {
        guard !writes.isEmpty else { return }
        parts.append(Part(fate: fate, writes: writes, count: writes.count, stands: stands))
    }

    /// - Parameter text: Names a value.
    init(_ key: KeyDeeds, elements: (Extent) -> ArraySlice<ValueID>, text: (ValueID) -> String) {
        guard let last = key.last else {
            isUnread = true
            untold = key.writes.count { $0.outcome == .unknown }
            return
        }
        switch last.shown {
        case .value(let value): judge(register: key, value, text)
        case .list(let extent): judge(list: key, Array(elements(extent)), text)
        case .total(let total): judge(counter: key, total, text)
        }
    }
}

// Registers.
extension KeyFates {
    private mutating func judge(
        register key: KeyDeeds,
        _ value: ValueID,
        _ text: (ValueID) -> String
    ) {
        guard value != .absent else { return judge(absent: key) }
        let stands = text(value)
        let origins = key.writes.indices.filter { key.writes[$0].deed == .put(value) }
        guard let origin = origins.first(where: { key.writes[$0].outcome != .failed }) else {
            let explanation = origins.isEmpty ? "nobody wrote it" : "its write was refused"
            parts = [Part(fate: .garbage, count: 1, stands: stands, explanation: explanation)]
            untold = key.writes.count { $0.outcome == .unknown }
            return
        }
        let settled = key.settled(value, origins)
        var (survived, over): ([Int], [Int]) = ([], [])
        var (gone, undone, absent): ([Int], [Int], [Int]) = ([], [], [])
        for (index, write) in key.writes.enumerated() where write.outcome != .failed {
            let isNewer = write.invoked > settled && !origins.contains(index)
            switch (write.outcome, write.deed) {
            case (.unknown, _) where origins.contains(index): add(.unacknowledgedPresent, [index])
            case (.unknown, .put) where isNewer: absent.append(index)
            case (.unknown, _): untold += 1
            case (_, .delete) where isNewer: undone.append(index)
            case _ where isNewer: gone.append(index)
            case _ where origins.contains(index): survived.append(index)
            default: over.append(index)
            }
        }
        add(.survived, survived)
        add(.overwritten, over)
        add(key.writes[origin].outcome == .ok ? .lost : .resurrected, gone, stands: stands)
        add(.deleteUndone, undone, stands: stands)
        add(.unacknowledgedAbsent, absent)
    }

    /// Only a delete explains that nothing is there.
    private mutating func judge(absent key: KeyDeeds) {
        let deletes = key.writes.filter { $0.deed == .delete && $0.outcome != .failed }
        // One without an answer may have happened at any time.
        let deleted = deletes.map(\.completed).max() ?? .min
        var (survived, over, gone, absent): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
        for (index, write) in key.writes.enumerated() where write.outcome != .failed {
            let isNewer = write.invoked > deleted
            switch (write.outcome, write.deed) {
            case (.unknown, .put) where isNewer: absent.append(index)
            case (.unknown, _): untold += 1
            case (_, .put) where isNewer: gone.append(index)
            case (_, .delete) where write.completed == deleted: survived.append(index)
            default: over.append(index)
            }
        }
        add(.survived, survived)
        add(.overwritten, over)
        add(.lost, gone, stands: "nothing")
        add(.unacknowledgedAbsent, absent)
    }
}

extension KeyDeeds {
    /// When a value certainly was there; before nothing if that is not certain.
    fileprivate func settled(_ value: ValueID, _ origins: [Int]) -> Int64 {
        let told = origins.map { writes[$0].outcome == .ok ? writes[$0].completed : .max }
        guard told.count == 1, let told = told.first else { return told.max() ?? .max }
        let seen = looks.lazy.filter { $0.shown == .value(value) }.map(\.completed).min()
        return min(told, seen ?? .max)
    }
}

// Lists and sets, which only grow unless they are deleted.
extension KeyFates {
    private mutating func judge(
        list key: KeyDeeds,
        _ shown: [ValueID],
        _ text: (ValueID) -> String
    ) {
        var times: [ValueID: Int] = [:]
        for value in shown { times[value, default: 0] += 1 }
        let stands = shown.count == 1 ? "1 element" : "\(shown.count) elements"
        let deletes = key.writes.indices.filter {
            key.writes[$0].deed == .delete && key.writes[$0].outcome != .failed
        }
        let deleted = deletes.map { key.writes[$0].completed }.max() ?? .min
        var (survived, gone, present, absent): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
        var (back, sent, refused): (Int64, [ValueID: [Int]], Set<ValueID>) = (.max, [:], [])
        for (index, write) in key.writes.enumerated() {
            guard case .element(let value) = write.deed else { continue }
            guard write.outcome != .failed else {
                refused.insert(value)
                continue
            }
            sent[value, default: []].append(index)
            let isThere = sent[value, default: []].count <= times[value, default: 0]
            switch (write.outcome, isThere) {
            case (.unknown, true): present.append(index)
            case (.unknown, false): absent.append(index)
            case (_, true): survived.append(index)
            case (_, false):
                if write.invoked > deleted { gone.append(index) } else { survived.append(index) }
            }
            if isThere { back = min(back, write.completed) }
        }
        for index in deletes {
            let write = key.writes[index]
            if write.outcome == .unknown {
                untold += 1
            } else if back < write.invoked {
                add(.deleteUndone, [index], stands: stands)
            } else {
                survived.append(index)
            }
        }
        add(.survived, survived)
        add(.lost, gone, stands: stands)
        add(.unacknowledgedPresent, present)
        add(.unacknowledgedAbsent, absent)
        addOddities(of: shown, times, sent, refused, text)
    }

    private mutating func addOddities(
        of shown: [ValueID],
        _ times: [ValueID: Int],
        _ sent: [ValueID: [Int]],
        _ refused: Set<ValueID>,
        _ text: (ValueID) -> String
    ) {
        var seen: Set<ValueID> = []
        for value in shown where seen.insert(value).inserted {
            let count = times[value, default: 0]
            guard let writes = sent[value] else {
                let explanation =
                    refused.contains(value) ? "its write was refused" : "nobody wrote it"
                parts.append(
                    Part(
                        fate: .garbage,
                        count: count,
                        stands: text(value),
                        explanation: explanation
                    )
                )
                continue
            }
            guard count > writes.count else { continue }
            parts.append(
                Part(
                    fate: .duplicateApplied,
                    writes: writes,
                    count: count - writes.count,
                    stands: "\(text(value)), \(count) times",
                    explanation: writes.count == 1
                        ? "it was sent once" : "it was sent \(writes.count) times"
                )
            )
        }
    }
}
