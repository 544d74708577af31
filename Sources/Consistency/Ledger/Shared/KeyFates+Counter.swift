import Histories

// Counters, and accounts between which amounts are moved.
extension KeyFates {
    mutating func judge(counter key: KeyDeeds, _ total: Int64, _ text: (ValueID) -> String) {
        guard let sums = CounterSums(key, text) else {
            isUnread = true
            untold = key.writes.count { $0.outcome == .unknown }
            return
        }
        let known = key.acknowledged
        guard total < sums.least || total > sums.most else {
            add(.survived, known)
            settleUnknown(key, total, sums)
            return
        }
        untold = key.writes.count { $0.outcome == .unknown }
        let excess = total > sums.most ? total &- sums.most : total &- sums.least
        let stands = "\(total), between \(sums.least) and \(sums.most) was due"
        // What is too much was added twice, or what was subtracted is gone.
        let doubled = key.writes.indices.filter {
            key.writes[$0].outcome != .failed && key.amount($0).signum() == excess.signum()
        }
        let undone = known.filter { key.amount($0).signum() == -excess.signum() }
        let isDoubled = !doubled.isEmpty && undone.isEmpty
        let candidates = isDoubled ? doubled : undone
        let most = candidates.map { key.amount($0).magnitude }.max() ?? 1
        let fewest = candidates.isEmpty ? 1 : (excess.magnitude &+ most &- 1) / most
        let count = Int(clamping: fewest)
        // Which of them it was is not known; the last one is the likeliest.
        let last = candidates.max { key.writes[$0].invoked < key.writes[$1].invoked }
        parts.append(
            Part(
                fate: isDoubled ? .duplicateApplied : candidates.isEmpty ? .garbage : .lost,
                writes: last.map { [$0] } ?? [],
                count: count,
                stands: stands,
                explanation: doubled.isEmpty || undone.isEmpty
                    ? nil : "as well what has the other sign may have been applied twice",
                isOpen: !doubled.isEmpty && !undone.isEmpty
            )
        )
        let survived = isDoubled ? known.count : max(0, known.count - count)
        if survived > 0 {
            parts.append(
                Part(fate: .survived, writes: Array(known.prefix(survived)), count: survived)
            )
        }
    }

    /// Which of the additions without an answer happened, where the total leaves one answer only.
    private mutating func settleUnknown(_ key: KeyDeeds, _ total: Int64, _ sums: CounterSums) {
        let unknown = key.writes.indices.filter { key.writes[$0].outcome == .unknown }
        let isOneSided = sums.least == sums.certain || sums.most == sums.certain
        if isOneSided, total == sums.certain {
            add(.unacknowledgedAbsent, unknown)
        } else if isOneSided, total == sums.least || total == sums.most {
            add(.unacknowledgedPresent, unknown)
        } else {
            untold += unknown.count
        }
    }
}

extension KeyDeeds {
    fileprivate func amount(_ index: Int) -> Int64 {
        if case .add(let amount) = writes[index].deed { return amount }
        return 0
    }
}

/// What a counter may come to.
private struct CounterSums {
    /// With what was acknowledged and nothing else.
    var certain: Int64 = 0
    /// With what else may have happened.
    var least: Int64 = 0
    var most: Int64 = 0

    /// nil where it is not known what the counter was set to before anything was added.
    init?(_ key: KeyDeeds, _ text: (ValueID) -> String) {
        var firstAddition = Int64.max
        var setAt: Int64?
        for write in key.writes where write.outcome != .failed {
            switch write.deed {
            case .add(let amount):
                firstAddition = min(firstAddition, write.invoked)
                if write.outcome == .ok {
                    certain &+= amount
                } else {
                    least &+= min(0, amount)
                    most &+= max(0, amount)
                }
            case .put(let value):
                guard setAt == nil, let number = Int64(text(value)) else { return nil }
                setAt = write.completed
                certain &+= number
            case .delete, .element: return nil
            }
        }
        guard setAt ?? .min <= firstAddition else { return nil }
        least &+= certain
        most &+= certain
    }
}
