import Consistency
import Histories

/// Writes small histories down: who asked what when, and what came of it.
struct HistoryScript {
    private(set) var history = History(clock: .nanoseconds)

    mutating func key(_ name: String) -> KeyID {
        KeyID(rawValue: history.keys.number(of: name))
    }

    mutating func value(_ text: String?) -> ValueID {
        text.map { ValueID(rawValue: history.values.number(of: $0)) } ?? .absent
    }

    mutating func list(_ texts: [String]) -> Extent {
        let start = history.elements.count
        for text in texts { history.elements.append(value(text)) }
        return Extent(start: UInt32(start), count: UInt32(texts.count))
    }

    mutating func append(_ step: TransactionStep) {
        history.steps.append(step)
    }

    /// - Parameter times: In milliseconds.
    mutating func add(
        _ action: Action,
        _ times: ClosedRange<Int64>,
        by process: UInt32 = 0,
        to key: String = "k",
        _ outcome: Outcome = .ok
    ) {
        history.operations.append(
            RecordedOperation(
                process: process,
                key: self.key(key),
                action: action,
                outcome: outcome,
                invoked: times.lowerBound * 1_000_000,
                completed: outcome == .unknown
                    ? RecordedOperation.never : times.upperBound * 1_000_000
            )
        )
        history.operations.sort { $0.invoked < $1.invoked }
    }

    mutating func write(_ text: String, _ times: ClosedRange<Int64>, _ outcome: Outcome = .ok) {
        add(.write(value(text)), times, by: UInt32(history.operations.count), outcome)
    }

    mutating func read(_ text: String?, _ times: ClosedRange<Int64>, _ outcome: Outcome = .ok) {
        let seen = outcome == .ok ? value(text) : nil
        add(.read(seen), times, by: UInt32(history.operations.count), outcome)
    }

    mutating func swap(
        _ from: String?,
        _ to: String,
        _ times: ClosedRange<Int64>,
        swapped: Bool? = true,
        _ outcome: Outcome = .ok
    ) {
        let action = Action.compareAndSet(from: value(from), to: value(to), swapped: swapped)
        add(action, times, by: UInt32(history.operations.count), outcome)
    }
}
