import Histories

/// Writes transactions down for people.
struct TransactionText {
    private static let shownSteps = 6
    let table: TransactionTable

    private var moments: OperationMoment { OperationMoment(history: table.history) }

    /// Its steps and circumstances: `append 3 to x (process 4, 1.203 s to 1.210 s)`.
    func text(of transaction: Int) -> String {
        steps(of: transaction) + " (" + moments.text(of: table.operation(of: transaction)) + ")"
    }

    func steps(of transaction: Int) -> String {
        let steps = table.steps(of: transaction)
        var parts = steps.prefix(Self.shownSteps).map(text)
        if steps.count > parts.count { parts.append("\(steps.count - parts.count) more steps") }
        return parts.joined(separator: ", ")
    }

    func text(of step: TransactionStep) -> String {
        let key = table.history.text(of: step.key)
        switch step.kind {
        case .read(let value):
            return "read \(key) = " + (value.map { table.history.text(of: $0) } ?? "?")
        case .write(let value): return "write \(key) = \(table.history.text(of: value))"
        case .append(let value): return "append \(table.history.text(of: value)) to \(key)"
        case .readAll(let extent):
            let list = extent.map { table.listText(table.history.elements($0)) } ?? "?"
            return "read \(key) = \(list)"
        case .readNumber(let number): return "read \(key) = " + (number.map(String.init) ?? "?")
        }
    }

    /// Why one transaction came before another for its process or by the clock.
    func orderReason(_ edge: CycleEdge, _ from: String, _ to: String) -> String {
        let first = table.operation(of: edge.from)
        let second = table.operation(of: edge.to)
        if edge.kind == .process {
            return "process \(second.process) asked for \(to) after \(from) was answered"
        }
        return "\(from) ended at \(moments.text(first.completed)), before \(to) began at "
            + moments.text(second.invoked)
    }
}
