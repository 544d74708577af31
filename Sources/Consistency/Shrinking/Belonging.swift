import Histories

/// A value of a key.
struct KeyedValue: Hashable, Sendable {
    var key: KeyID
    var value: ValueID
}

/// What belongs together in a history, so that one part cannot be removed without the other.
///
/// A value's writes and reads stand or fall together: without the write its reads would be of
/// something that nobody wrote. What replaced it by compare-and-set falls with it.
struct Belonging {
    private let history: History
    /// By value: the values that compare-and-set put in its place.
    private var following: [KeyedValue: [KeyedValue]] = [:]
    /// By operation: the place of the release that ends an acquisition, or of its acquisition.
    private(set) var partners: [Int: Int] = [:]
    /// What anybody saw.
    private var seen: Set<KeyedValue> = []

    init(_ history: History) {
        self.history = history
        var acquired: [UInt32: Int] = [:]
        for (place, operation) in history.operations.enumerated() {
            switch operation.action {
            case .compareAndSet(let from, let to, let swapped) where swapped != false:
                following[KeyedValue(key: operation.key, value: from), default: []].append(
                    KeyedValue(key: operation.key, value: to)
                )
            case .acquire where operation.outcome == .ok:
                acquired[operation.process] = place
            case .release where operation.outcome == .ok:
                if let start = acquired.removeValue(forKey: operation.process) {
                    partners[start] = place
                    partners[place] = start
                }
            default:
                break
            }
        }
        for place in history.operations.indices where history.operations[place].outcome == .ok {
            seen.formUnion(values(seenBy: place))
        }
    }

    /// These values and all that compare-and-set made of them.
    func closure(of values: some Sequence<KeyedValue>) -> Set<KeyedValue> {
        var all = Set(values)
        var open = Array(all)
        while let value = open.popLast() {
            for next in following[value, default: []] where all.insert(next).inserted {
                open.append(next)
            }
        }
        return all
    }

    /// What the operation at `place` brings into being.
    func values(madeBy place: Int) -> [KeyedValue] {
        let operation = history.operations[place]
        switch operation.action {
        case .write(let value), .append(let value), .insert(let value):
            return [KeyedValue(key: operation.key, value: value)]
        case .delete:
            return [KeyedValue(key: operation.key, value: .absent)]
        case .compareAndSet(_, let to, let swapped):
            return swapped == false ? [] : [KeyedValue(key: operation.key, value: to)]
        case .transaction(let extent):
            return history.steps(extent).compactMap { step in
                switch step.kind {
                case .write(let value), .append(let value):
                    KeyedValue(key: step.key, value: value)
                default: nil
                }
            }
        case .read, .readAll, .readCounter, .add, .acquire, .release, .transfer:
            return []
        }
    }

    /// What the operation at `place` saw.
    func values(seenBy place: Int) -> [KeyedValue] {
        let operation = history.operations[place]
        func keyed(_ value: ValueID) -> KeyedValue { KeyedValue(key: operation.key, value: value) }
        switch operation.action {
        case .read(let value?): return [keyed(value)]
        case .compareAndSet(let from, _, _): return [keyed(from)]
        case .readAll(let extent?): return history.elements(extent).map(keyed)
        case .transaction(let extent):
            return history.steps(extent).flatMap { step -> [KeyedValue] in
                switch step.kind {
                case .read(let value?): [KeyedValue(key: step.key, value: value)]
                case .readAll(let extent?):
                    history.elements(extent).map { KeyedValue(key: step.key, value: $0) }
                default: []
                }
            }
        default: return []
        }
    }

    /// Whether the operation only looks, or did nothing that anybody saw, so that every promise
    /// holds without it as well.
    func onlyLooks(_ place: Int) -> Bool {
        if history.operations[place].outcome == .failed {
            return !values(madeBy: place).contains(where: seen.contains)
        }
        switch history.operations[place].action {
        case .read, .readAll, .readCounter, .compareAndSet(_, _, false): return true
        // Money that is moved changes no total.
        case .transfer: return true
        case .transaction(let extent):
            return history.steps(extent).allSatisfy {
                switch $0.kind {
                case .read, .readAll, .readNumber: true
                case .write, .append: false
                }
            }
        default: return false
        }
    }
}
