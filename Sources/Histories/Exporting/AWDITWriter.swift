/// Writes sessions of transactions of reads and writes, with numbers for keys and values.
struct AWDITWriter {
    private let history: History
    /// Names that are no numbers get theirs by the order of their first use.
    private let keysAreNumbers: Bool
    private let valuesAreNumbers: Bool

    init(_ history: History) {
        self.history = history
        keysAreNumbers = history.keys.texts.allSatisfy { Int64($0) != nil }
        valuesAreNumbers = history.values.texts.dropFirst().allSatisfy { Int64($0) != nil }
    }

    func write(to output: inout HistoryOutput) throws(HistoryProblem) {
        var sessions: [UInt32: [Int]] = [:]
        for place in history.operations.indices {
            let operation = history.operations[place]
            switch operation.outcome {
            case .ok: sessions[operation.process, default: []].append(place)
            case .failed: continue
            case .unknown: throw refusal(place, "an operation whose outcome is unknown")
            }
        }
        for (number, process) in sessions.keys.sorted().enumerated() {
            if number > 0 { try output.write("=====\n") }
            for (transaction, place) in (sessions[process] ?? []).enumerated() {
                if transaction > 0 { try output.write("-----\n") }
                try write(place, to: &output)
            }
        }
    }

    private func write(
        _ place: Int,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        let operation = history.operations[place]
        switch operation.action {
        case .read(let value?): try write("r", operation.key, value, place, to: &output)
        case .write(let value): try write("w", operation.key, value, place, to: &output)
        case .transaction(let steps):
            for step in history.steps(steps) {
                switch step.kind {
                case .read(let value?): try write("r", step.key, value, place, to: &output)
                case .write(let value): try write("w", step.key, value, place, to: &output)
                default: throw refusal(place)
                }
            }
        default: throw refusal(place)
        }
    }

    private func refusal(
        _ place: Int,
        _ what: String = "anything but reads that found something, and writes"
    ) -> HistoryProblem {
        HistoryProblem(.cannotExpress(what + history.whereabouts(place)))
    }

    private func write(
        _ function: String,
        _ key: KeyID,
        _ value: ValueID,
        _ place: Int,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        guard value != .absent else { throw refusal(place, "an absent value") }
        let name = keysAreNumbers ? history.text(of: key) : String(key.rawValue)
        let text = valuesAreNumbers ? history.text(of: value) : String(value.rawValue)
        try output.write("\(function) \(name) \(text)\n")
    }
}
