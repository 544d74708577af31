/// Pairs invocations with completions, in the order in which they happened.
public struct HistoryBuilder: Sendable {
    /// What no order of events of one client can be.
    public enum Problem: Error, Sendable, Equatable {
        case completionWithoutInvocation(process: String)
        case invocationWhileBusy(process: String)
        case timeGoesBackwards(from: Int64, to: Int64)
    }

    public private(set) var history: History
    private var processes = NameTable()
    /// By process: the place of its open operation among the history's.
    private var open: [Int?] = []
    private var latest = Int64.min

    public init(clock: History.Clock) {
        history = History(clock: clock)
    }

    public mutating func key(_ text: String) -> KeyID {
        KeyID(rawValue: history.keys.number(of: text))
    }

    public mutating func value(_ text: String) -> ValueID {
        // A text that reads like the absent value's is a value like others.
        text == "nil"
            ? ValueID(rawValue: history.values.number(of: "\"nil\""))
            : ValueID(rawValue: history.values.number(of: text))
    }

    public mutating func list(_ values: some Sequence<ValueID>) -> Extent {
        let start = history.elements.count
        history.elements.append(contentsOf: values)
        return Extent(start: UInt32(start), count: UInt32(history.elements.count - start))
    }

    public mutating func steps(_ steps: some Sequence<TransactionStep>) -> Extent {
        let start = history.steps.count
        history.steps.append(contentsOf: steps)
        return Extent(start: UInt32(start), count: UInt32(history.steps.count - start))
    }

    /// - Parameter old: What was asked; the answer takes its place where it is as long.
    public mutating func steps(
        _ steps: some Collection<TransactionStep>,
        replacing old: Extent?
    ) -> Extent {
        guard let old, Int(old.count) == steps.count else { return self.steps(steps) }
        history.steps.replaceSubrange(old.range, with: steps)
        return old
    }

    public mutating func invoke(
        process: String,
        key: KeyID,
        action: Action,
        at time: Int64
    ) throws(Problem) {
        try advance(to: time)
        let number = Int(processes.number(of: process))
        if number == open.count {
            open.append(nil)
            history.name(process: UInt32(number), process)
        }
        guard open[number] == nil else { throw .invocationWhileBusy(process: process) }
        open[number] = history.operations.count
        history.operations.append(
            RecordedOperation(
                process: UInt32(number),
                key: key,
                action: action,
                outcome: .unknown,
                invoked: time,
                completed: RecordedOperation.never
            )
        )
    }

    /// What the open operation of `process` asked, for an importer that needs it to read the answer.
    public func openOperation(of process: String) -> RecordedOperation? {
        guard let number = processes.existingNumber(of: process), let place = open[Int(number)]
        else { return nil }
        return history.operations[place]
    }

    /// - Parameter action: The action with what the answer showed; nil leaves it as it was asked.
    public mutating func complete(
        process: String,
        outcome: Outcome,
        action: Action? = nil,
        at time: Int64
    ) throws(Problem) {
        try advance(to: time)
        guard let number = processes.existingNumber(of: process), let place = open[Int(number)]
        else { throw .completionWithoutInvocation(process: process) }
        open[Int(number)] = nil
        if let action { history.operations[place].action = action }
        history.operations[place].outcome = outcome
        if outcome != .unknown { history.operations[place].completed = time }
    }

    private mutating func advance(to time: Int64) throws(Problem) {
        guard time >= latest else { throw .timeGoesBackwards(from: latest, to: time) }
        latest = time
    }
}
