import Consistency
import Histories

/// Histories of transactions in a few letters.
///
/// A line is a transaction: `ax1 ry12` appends 1 to x and reads y as the list of 1 and 2; `wx1 rx1`
/// writes and reads registers, and `rx0` finds nothing. `p3` names the client, `10-20` when it began
/// and ended, `!` says that it failed and `?` that its end is unknown. Without times all are
/// concurrent, and without names each has its own client.
enum TransactionScript {
    static func lists(_ lines: [String]) -> History { history(lines, lists: true) }

    static func registers(_ lines: [String]) -> History { history(lines, lists: false) }

    private static func history(_ lines: [String], lists: Bool) -> History {
        var builder = HistoryBuilder(clock: .nanoseconds)
        var operations: [RecordedOperation] = []
        for (number, line) in lines.enumerated() {
            var operation = RecordedOperation(
                process: UInt32(100 + number),
                key: KeyID(rawValue: 0),
                action: .read(nil),
                outcome: .ok,
                invoked: 0,
                completed: 1000
            )
            var steps: [TransactionStep] = []
            for word in line.split(separator: " ") {
                if word == "!" || word == "?" {
                    operation.outcome = word == "!" ? .failed : .unknown
                } else if let process = UInt32(word.dropFirst()), word.hasPrefix("p") {
                    operation.process = process
                } else if let dash = word.firstIndex(of: "-") {
                    operation.invoked = Int64(word[..<dash]) ?? 0
                    operation.completed = Int64(word[word.index(after: dash)...]) ?? 0
                } else {
                    steps.append(step(word, lists: lists, &builder))
                }
            }
            if operation.outcome == .unknown { operation.completed = RecordedOperation.never }
            operation.action = .transaction(builder.steps(steps))
            operations.append(operation)
        }
        var history = builder.history
        history.operations = operations.enumerated()
            .sorted { ($0.element.invoked, $0.offset) < ($1.element.invoked, $1.offset) }
            .map(\.element)
        return history
    }

    private static func step(
        _ word: Substring,
        lists: Bool,
        _ builder: inout HistoryBuilder
    ) -> TransactionStep {
        let key = builder.key(String(word.dropFirst().prefix(1)))
        let values = word.dropFirst(2).map { $0 == "0" ? .absent : builder.value(String($0)) }
        switch word.first {
        case "a": return TransactionStep(key: key, kind: .append(values[0]))
        case "w": return TransactionStep(key: key, kind: .write(values[0]))
        default:
            return TransactionStep(
                key: key,
                kind: lists ? .readAll(builder.list(values)) : .read(values[0])
            )
        }
    }
}

extension Conclusion {
    /// The names of what was found.
    var anomalies: Set<String> { Set(counterexamples.map(\.anomaly)) }
}

extension HistoryModel {
    static func check(_ history: History, _ level: IsolationLevel) -> Conclusion {
        check(history, CheckOptions(level: level))
    }

    /// The levels that a history does not satisfy.
    static func broken(_ history: History) -> Set<IsolationLevel> {
        Set(
            IsolationLevel.allCases.filter { level in
                if case .invalid = check(history, level).verdict { true } else { false }
            }
        )
    }
}
