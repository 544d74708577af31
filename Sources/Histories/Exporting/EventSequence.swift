/// A history's invocations and completions in one order that says no more than the history does.
///
/// Events at the same time are concurrent, so invocations come before completions; only a process's
/// own completion comes before its next invocation.
struct EventSequence: Sequence, IteratorProtocol {
    enum Event {
        case invocation(Int)
        case completion(Int)
        /// The process goes on, and never learnt how this operation ended.
        case abandonment(Int)
    }

    private let history: History
    private var completions: [Int]
    private var isCompleted: [Bool]
    private var nextInvocation = 0
    private var nextCompletion = 0
    /// By process: its operation that has not ended.
    private var open: [UInt32: Int] = [:]

    init(_ history: History) {
        self.history = history
        let operations = history.operations
        completions = operations.indices.filter {
            operations[$0].completed != RecordedOperation.never
        }
        .sorted { (operations[$0].completed, $0) < (operations[$1].completed, $1) }
        isCompleted = Array(repeating: false, count: operations.count)
    }

    mutating func next() -> Event? {
        while nextCompletion < completions.count, isCompleted[completions[nextCompletion]] {
            nextCompletion += 1
        }
        guard nextInvocation < history.operations.count else {
            guard nextCompletion < completions.count else { return nil }
            return complete(completions[nextCompletion])
        }
        let operation = history.operations[nextInvocation]
        if nextCompletion < completions.count {
            let place = completions[nextCompletion]
            let time = history.operations[place].completed
            if time < operation.invoked, place < nextInvocation { return complete(place) }
        }
        if let last = open[operation.process] {
            if history.operations[last].completed != RecordedOperation.never {
                return complete(last)
            }
            open[operation.process] = nil
            return .abandonment(last)
        }
        open[operation.process] = nextInvocation
        nextInvocation += 1
        return .invocation(nextInvocation - 1)
    }

    private mutating func complete(_ place: Int) -> Event {
        isCompleted[place] = true
        if open[history.operations[place].process] == place {
            open[history.operations[place].process] = nil
        }
        return .completion(place)
    }
}
