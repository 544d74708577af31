/// Writes maps with get, put and append, of texts.
struct PorcupineKeyValueWriter {
    private let history: History
    private var processes: ProcessSuccession

    init(_ history: History) {
        self.history = history
        processes = ProcessSuccession(history)
    }

    mutating func write(to output: inout HistoryOutput) throws(HistoryProblem) {
        guard history.clock != .sessions else {
            throw HistoryProblem(.cannotExpress("sessions that know no order between them"))
        }
        for event in EventSequence(history) {
            switch event {
            case .invocation(let place):
                guard history.operations[place].outcome != .failed else { continue }
                try write(place, isAnswer: false, to: &output)
            case .completion(let place):
                guard history.operations[place].outcome == .ok else { continue }
                try write(place, isAnswer: true, to: &output)
            case .abandonment(let place): processes.retire(history.operations[place].process)
            }
        }
    }

    private func write(
        _ place: Int,
        isAnswer: Bool,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        let operation = history.operations[place]
        let (function, value): (String, String)
        switch operation.action {
        case .read(let found):
            let text = isAnswer ? found.map(text) : nil
            (function, value) = (":get", text ?? "nil")
        case .write(let new): (function, value) = (":put", text(new))
        case .append(let suffix): (function, value) = (":append", text(suffix))
        default: throw HistoryProblem(.cannotExpress("anything but get, put and append"))
        }
        let key = FormText.quoted(history.text(of: operation.key))
        let process = processes.name(of: operation.process)
        let kind = isAnswer ? ":ok" : ":invoke"
        try output.write(
            "{:process \(process), :type \(kind), :f \(function), :key \(key), :value \(value)}\n"
        )
    }

    private func text(_ value: ValueID) -> String {
        value == .absent ? "\"\"" : FormText.quoted(history.text(of: value))
    }
}
