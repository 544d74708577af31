import Histories

/// A history as transactions, numbered by their invocation, each a run of steps.
///
/// A single append, write or read counts as a transaction of one step.
struct TransactionTable {
    /// By transaction: its place among the history's operations.
    let places: [UInt32]
    let outcomes: [Outcome]
    /// By transaction: its steps, in `steps`.
    let extents: [Extent]
    let steps: [TransactionStep]
    /// By step: its transaction; `nobody` for steps of no transaction.
    let owners: [UInt32]
    /// Operations that are no transactions of this kind.
    let ignored: Int
    let history: History

    static let nobody = UInt32.max

    var count: Int { places.count }

    init(_ history: History) {
        var places: [UInt32] = []
        var outcomes: [Outcome] = []
        var extents: [Extent] = []
        places.reserveCapacity(history.operations.count)
        outcomes.reserveCapacity(history.operations.count)
        extents.reserveCapacity(history.operations.count)
        var steps = history.steps
        for (place, operation) in history.operations.enumerated() {
            let extent: Extent
            if case .transaction(let several) = operation.action {
                extent = several
            } else if let step = Self.onlyStep(of: operation) {
                extent = Extent(start: UInt32(steps.count), count: 1)
                steps.append(step)
            } else {
                continue
            }
            places.append(UInt32(place))
            outcomes.append(operation.outcome)
            extents.append(extent)
        }
        var owners = [UInt32](repeating: Self.nobody, count: steps.count)
        for (transaction, extent) in extents.enumerated() {
            for step in extent.range { owners[step] = UInt32(transaction) }
        }
        self.places = places
        self.outcomes = outcomes
        self.extents = extents
        self.steps = steps
        self.owners = owners
        self.history = history
        ignored = history.operations.count - places.count
    }

    private static func onlyStep(of operation: RecordedOperation) -> TransactionStep? {
        let kind: TransactionStep.Kind
        switch operation.action {
        case .read(let value): kind = .read(value)
        case .write(let value): kind = .write(value)
        case .append(let value): kind = .append(value)
        case .readAll(let elements): kind = .readAll(elements)
        default: return nil
        }
        return TransactionStep(key: operation.key, kind: kind)
    }

    func operation(of transaction: Int) -> RecordedOperation {
        history.operations[Int(places[transaction])]
    }

    /// `key x`, or `the key` where it has no name.
    func words(_ key: Int) -> String {
        OperationTelling(history).words(KeyID(rawValue: UInt32(key)))
    }

    /// Who asked for a transaction.
    func process(of transaction: Int) -> String {
        OperationTelling(history).process(operation(of: transaction))
    }

    func steps(of transaction: Int) -> ArraySlice<TransactionStep> {
        steps[extents[transaction].range]
    }

    /// Steps by key, those of one key in the order of the history.
    func stepsByKey() -> GroupedNumbers {
        GroupedNumbers(groups: history.keys.count, count: steps.count) { step in
            let key = Int(steps[step].key.rawValue)
            return owners[step] == Self.nobody || key >= history.keys.count ? nil : key
        }
    }
}

/// Numbers in groups, each group a run that keeps the numbers' order.
struct GroupedNumbers {
    private let starts: [UInt32]
    let numbers: [UInt32]

    /// - Parameter group: The group of a number below `count`; nil for numbers left out.
    init(groups: Int, count: Int, by group: (Int) -> Int?) {
        var starts = [UInt32](repeating: 0, count: groups + 1)
        for number in 0..<count {
            if let group = group(number) { starts[group + 1] += 1 }
        }
        for index in 0..<groups { starts[index + 1] += starts[index] }
        var next = starts
        var numbers = [UInt32](repeating: 0, count: Int(starts[groups]))
        for number in 0..<count {
            guard let group = group(number) else { continue }
            numbers[Int(next[group])] = UInt32(number)
            next[group] += 1
        }
        self.starts = starts
        self.numbers = numbers
    }

    var groups: Int { starts.count - 1 }

    subscript(group: Int) -> ArraySlice<UInt32> { numbers[range(group)] }

    func range(_ group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }
}
