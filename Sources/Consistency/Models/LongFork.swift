public import Histories

/// Keys that are written once: no two reads see two writes in opposite orders.
///
/// As Jepsen's long fork: what parallel snapshot isolation allows and snapshot isolation forbids.
/// Reads of the same keys are compared; each must have seen all that the other saw, or the other way
/// round.
public enum LongFork: HistoryModel {
    public static let name = "long-fork"
    public static let summary = "reads of several keys that are each written once"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        var forks = LongForks(history, initial: options.initial)
        forks.gather()
        return forks.conclusion()
    }
}

private struct LongForks {
    private struct Read {
        var place: Int
        /// The group's keys that it saw written, in ascending order.
        var seen: [UInt32]
    }

    private let history: History
    private let initial: ValueID
    private var groups: [[UInt32]: Int] = [:]
    private var reads: [[Read]] = []
    private var values: [UInt32: ValueID] = [:]
    private var writers: [UInt32: Int] = [:]
    private var completedWrites = 0
    private var comparedReads = 0
    private var problem: String?

    init(_ history: History, initial: ValueID) {
        self.history = history
        self.initial = initial
    }

    mutating func gather() {
        for (place, operation) in history.operations.enumerated() {
            guard case .transaction(let extent) = operation.action else { continue }
            let steps = history.steps(extent)
            var seen: [UInt32: ValueID?] = [:]
            var isRead = !steps.isEmpty
            for step in steps {
                switch step.kind {
                case .write(let value):
                    isRead = false
                    write(step.key, value, place, operation.outcome)
                case .read(let value): seen[step.key.rawValue] = value
                default: isRead = false
                }
            }
            if isRead, operation.outcome == .ok, seen.count > 1 { read(place, seen) }
        }
    }

    private mutating func write(
        _ key: KeyID,
        _ value: ValueID,
        _ place: Int,
        _ outcome: Outcome
    ) {
        guard outcome != .failed else { return }
        if outcome == .ok { completedWrites += 1 }
        if writers.updateValue(place, forKey: key.rawValue) != nil {
            problem = "key \(history.text(of: key)) was written more than once"
        }
    }

    private mutating func read(_ place: Int, _ found: [UInt32: ValueID?]) {
        let keys = found.keys.sorted()
        let number: Int
        if let group = groups[keys] {
            number = group
        } else {
            number = reads.count
            groups[keys] = number
            reads.append([])
        }
        comparedReads += 1
        var seen: [UInt32] = []
        for key in keys {
            guard let value = found[key] ?? nil, value != initial, value != .absent else {
                continue
            }
            if let other = values[key], other != value {
                let name = history.text(of: KeyID(rawValue: key))
                problem = "two values of key \(name) were read, so it was written more than once"
            }
            values[key] = value
            seen.append(key)
        }
        reads[number].append(Read(place: place, seen: seen))
    }

    /// Sorted by how much they saw, neighbours that are comparable make all comparable.
    private func forks() -> (first: (Read, Read)?, count: Int) {
        var first: (Read, Read)?
        var count = 0
        for group in reads {
            let sorted = group.sorted { ($0.seen.count, $0.place) < ($1.seen.count, $1.place) }
            for (less, more) in zip(sorted, sorted.dropFirst()) {
                let known = Set(more.seen)
                if less.seen.allSatisfy(known.contains) { continue }
                count += 1
                if first == nil { first = (less, more) }
            }
        }
        return (first, count)
    }

    func conclusion() -> Conclusion {
        let forks = forks()
        let notes = [
            "\(completedWrites) writes were completed, \(comparedReads) reads in "
                + "\(reads.count) groups compared"
        ]
        let operations = completedWrites + comparedReads
        if let problem {
            let verdict = Verdict.assumptionViolated([problem])
            return Conclusion(verdict: verdict, notes: notes, operations: operations)
        }
        if let (less, more) = forks.first {
            return Conclusion(
                verdict: .invalid(["long-fork: \(forks.count) pairs of reads disagree"]),
                counterexamples: [told(less, more)],
                notes: notes,
                operations: operations
            )
        }
        let verdict: Verdict
        if completedWrites == 0 {
            verdict = .unknown(["no write was completed"])
        } else if comparedReads == 0 {
            verdict = .unknown(["no read of several keys was completed"])
        } else {
            verdict = .valid
        }
        return Conclusion(verdict: verdict, notes: notes, operations: operations)
    }

    private func told(_ one: Read, _ other: Read) -> Counterexample {
        let onlyOne = one.seen.first { !other.seen.contains($0) } ?? 0
        let onlyOther = other.seen.first { !one.seen.contains($0) } ?? 0
        let writes = [onlyOne, onlyOther].compactMap { writers[$0] }
        let moment = OperationMoment(history: history, of: writes + [one.place, other.place])
        let left = history.text(of: KeyID(rawValue: onlyOne))
        let right = history.text(of: KeyID(rawValue: onlyOther))
        var lines: [String] = []
        var places: [Int] = []
        for key in [onlyOne, onlyOther] {
            guard let place = writers[key] else { continue }
            let name = history.text(of: KeyID(rawValue: key))
            lines.append("key \(name) was written (\(moment.text(of: history.operations[place])))")
            places.append(place)
        }
        for (read, saw, missed) in [(one, left, right), (other, right, left)] {
            lines.append(
                "a read saw key \(saw) written and key \(missed) not "
                    + "(\(moment.text(of: history.operations[read.place])))"
            )
            places.append(read.place)
        }
        lines.append("by the first, \(left) was written before \(right); by the second, after it")
        lines.append("long-fork: not snapshot-isolation, nor anything stronger")
        return Counterexample(anomaly: "long-fork", key: nil, operations: places, lines: lines)
    }
}
