import Histories

/// Reads a history out of a text.
func imported(
    _ text: String,
    as format: any HistoryFormat.Type,
    _ subject: HistorySubject = .register,
    chunk: Int = 1 << 20
) throws(HistoryProblem) -> History {
    var input = HistoryInput(MemorySource(text), chunk: chunk)
    return try format.read(&input, subject)
}

/// Writes a history as a text.
func exported(
    _ history: History,
    as format: any HistoryFormat.Type
) throws(HistoryProblem) -> [UInt8] {
    let pieces = Pieces()
    var output = HistoryOutput { pieces.bytes += $0 }
    try format.write(history, to: &output)
    try output.finish()
    return pieces.bytes
}

private final class Pieces {
    var bytes: [UInt8] = []
}

extension History {
    /// What an operation does, with texts instead of numbers.
    func told(_ place: Int) -> String {
        let operation = operations[place]
        return "\(operation.process) \(operation.outcome) \(told(operation.action, operation.key))"
    }

    var told: [String] { operations.indices.map(told) }

    private func told(_ action: Action, _ key: KeyID) -> String {
        switch action {
        case .read(let value): "r\(text(of: key)) \(told(value))"
        case .write(let value): "w\(text(of: key)) \(told(value))"
        case .compareAndSet(let from, let to, let swapped):
            "cas\(text(of: key)) \(told(from))→\(told(to)) \(swapped.map(String.init) ?? "?")"
        case .delete: "delete\(text(of: key))"
        case .add(let amount, _): "add\(text(of: key)) \(amount)"
        case .readCounter(let total): "total\(text(of: key)) \(total.map { String($0) } ?? "?")"
        case .insert(let value): "insert\(text(of: key)) \(told(value))"
        case .append(let value): "append\(text(of: key)) \(told(value))"
        case .readAll(let extent): "all\(text(of: key)) \(told(extent))"
        case .acquire: "acquire"
        case .release: "release"
        case .transfer(let from, let to, let amount):
            "\(amount) from \(text(of: from)) to \(text(of: to))"
        case .transaction(let extent): steps(extent).map(told).joined(separator: ", ")
        }
    }

    private func told(_ step: TransactionStep) -> String {
        let key = text(of: step.key)
        return switch step.kind {
        case .read(let value): "r\(key) \(told(value))"
        case .write(let value): "w\(key) \(told(value))"
        case .append(let value): "append\(key) \(told(value))"
        case .readAll(let extent): "all\(key) \(told(extent))"
        case .readNumber(let number): "\(key)=\(number.map { String($0) } ?? "?")"
        }
    }

    private func told(_ value: ValueID?) -> String { value.map { text(of: $0) } ?? "?" }

    private func told(_ extent: Extent?) -> String {
        extent.map { "[\(elements($0).map { text(of: $0) }.joined(separator: " "))]" } ?? "?"
    }
}
