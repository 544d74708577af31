import Histories

/// What one operation says about one register.
struct RegisterOperation: SearchableOperation, Hashable {
    enum Kind: UInt8, Sendable {
        case read
        case write
        /// A compare-and-set that found `from`.
        case swap
        /// A compare-and-set that did not find `from`.
        case refusedSwap
        /// A compare-and-set whose answer did not say whether it found `from`.
        case eitherSwap
    }

    var kind: Kind
    /// What it read or wrote, a number of the register's own.
    var value: Int32
    /// What a compare-and-set looked for.
    var from: Int32
    /// Its place in the history.
    var place: Int32
    var invoked: Int64
    /// `RecordedOperation.never` for one that need not have taken effect.
    var completed: Int64

    var observes: Bool { kind == .read || kind == .refusedSwap }
    var produces: Bool { kind == .write || kind == .swap || kind == .eitherSwap }
    var looksFor: Int32? {
        switch kind {
        case .read: value
        case .swap, .eitherSwap, .refusedSwap: from
        case .write: nil
        }
    }
}

/// All that a history says about one register.
struct RegisterHistory: Sendable {
    /// By `invoked`; none that says nothing.
    var operations: [RegisterOperation]
    /// By the register's own numbers; the value at 0 is the one before the first write.
    var values: [ValueID]
    /// Operations of other kinds than a register's.
    var foreign = 0
}

/// Draws the histories of single registers from a history of many.
///
/// Keeps a table over all values between registers, so that a million registers do not cost a
/// million tables.
struct RegisterReader {
    private let history: History
    private let options: CheckOptions
    private let allowsSwaps: Bool
    private var numbers: [Int32]

    init(_ history: History, _ options: CheckOptions, allowsSwaps: Bool) {
        self.history = history
        self.options = options
        self.allowsSwaps = allowsSwaps
        numbers = [Int32](repeating: -1, count: history.values.count)
    }

    /// - Parameter places: Those of one key's operations, by `invoked`.
    mutating func register(at places: ArraySlice<Int32>) -> RegisterHistory {
        var register = RegisterHistory(operations: [], values: [])
        register.operations.reserveCapacity(places.count)
        _ = number(of: options.initial, in: &register)
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            let isKnown = operation.outcome == .ok
            guard let (kind, value, from) = meaning(of: operation.action, isKnown, &register)
            else { continue }
            register.operations.append(
                RegisterOperation(
                    kind: kind,
                    value: number(of: value, in: &register),
                    from: from.map { number(of: $0, in: &register) } ?? -1,
                    place: place,
                    invoked: operation.invoked,
                    completed: isKnown
                        ? max(operation.completed, operation.invoked) : RecordedOperation.never
                )
            )
        }
        for value in register.values { numbers[Int(value.rawValue)] = -1 }
        return register
    }

    private func meaning(
        of action: Action,
        _ isKnown: Bool,
        _ register: inout RegisterHistory
    ) -> (RegisterOperation.Kind, value: ValueID, from: ValueID?)? {
        switch action {
        case .read(let value?) where isKnown:
            return value == .absent && options.nilReads == .any ? nil : (.read, value, nil)
        case .read:
            return nil
        case .write(let value):
            return (.write, value, nil)
        case .delete:
            return (.write, .absent, nil)
        case .compareAndSet(let from, let to, let swapped) where allowsSwaps:
            guard isKnown else { return from == to ? nil : (.swap, to, from) }
            guard let swapped else { return from == to ? nil : (.eitherSwap, to, from) }
            if !swapped { return (.refusedSwap, to, from) }
            return from == to ? (.read, to, nil) : (.swap, to, from)
        default:
            register.foreign += 1
            return nil
        }
    }

    private mutating func number(of value: ValueID, in register: inout RegisterHistory) -> Int32 {
        let place = Int(value.rawValue)
        guard numbers.indices.contains(place) else { return 0 }
        if numbers[place] < 0 {
            numbers[place] = Int32(register.values.count)
            register.values.append(value)
        }
        return numbers[place]
    }
}
