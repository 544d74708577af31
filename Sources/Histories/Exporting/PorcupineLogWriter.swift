/// Writes Jepsen's log lines, of one register with numbers for values.
struct PorcupineLogWriter {
    private let history: History
    private var processes: ProcessSuccession

    init(_ history: History) {
        self.history = history
        processes = ProcessSuccession(history)
    }

    mutating func write(to output: inout HistoryOutput) throws(HistoryProblem) {
        guard history.keys.count <= 1 else {
            let first = history.operations.first?.key
            let other = history.operations.firstIndex { $0.key != first } ?? 0
            throw HistoryProblem(
                .cannotExpress("more than one key" + history.whereabouts(other))
            )
        }
        guard history.clock != .sessions else {
            throw HistoryProblem(.cannotExpress("sessions that know no order between them"))
        }
        for event in EventSequence(history) {
            switch event {
            case .invocation(let place):
                guard history.operations[place].outcome != .failed else { continue }
                try write(place, ":invoke", isAnswer: false, to: &output)
            case .completion(let place):
                // What failed did not happen, and is left out: here a failure is an observation.
                guard history.operations[place].outcome == .ok else { continue }
                try write(place, kind(of: place), isAnswer: true, to: &output)
            case .abandonment(let place): processes.retire(history.operations[place].process)
            }
        }
    }

    private func kind(of place: Int) -> String {
        if case .compareAndSet(_, _, false?) = history.operations[place].action { return ":fail" }
        return ":ok"
    }

    private func write(
        _ place: Int,
        _ kind: String,
        isAnswer: Bool,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        let operation = history.operations[place]
        let (function, value): (String, String)
        switch operation.action {
        case .read(let found):
            (function, value) = (":read", try text(isAnswer ? found ?? .absent : .absent))
        case .write(let new): (function, value) = (":write", try text(new))
        case .compareAndSet(let old, let new, _):
            (function, value) = (":cas", "[\(try text(old)) \(try text(new))]")
        default:
            throw HistoryProblem(
                .cannotExpress(
                    "anything but reads, writes and compare-and-sets" + history.whereabouts(place)
                )
            )
        }
        let process = processes.name(of: operation.process)
        try output.write("INFO  jepsen.util - \(process)\t\(kind)\t\(function)\t\(value)\n")
    }

    private func text(_ value: ValueID) throws(HistoryProblem) -> String {
        let text = history.text(of: value)
        guard value == .absent || Int64(text) != nil else {
            throw HistoryProblem(.cannotExpress("the value \(text)"))
        }
        return text
    }
}

/// Gives a process another number after an operation whose end it never learnt.
///
/// Tools that pair events by process would take the next answer for that operation's.
struct ProcessSuccession {
    private let names: [UInt32: UInt64]
    private let stride: UInt64
    private var generations: [UInt32: UInt64] = [:]

    init(_ history: History) {
        let numbers = history.processNumbers() ?? [:]
        let areNames = numbers.values.allSatisfy { (0...Int64(UInt32.max)).contains($0) }
        names = areNames ? numbers.mapValues { UInt64($0) } : [:]
        let largest = history.operations.lazy.map(\.process).max() ?? 0
        stride = max(names.values.max() ?? 0, UInt64(largest)) + 1
    }

    mutating func retire(_ process: UInt32) {
        generations[process, default: 0] += 1
    }

    func name(of process: UInt32) -> UInt64 {
        (names[process] ?? UInt64(process)) + stride * generations[process, default: 0]
    }
}
