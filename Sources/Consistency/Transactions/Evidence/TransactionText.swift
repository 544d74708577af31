import Histories

/// Writes transactions down for people.
struct TransactionText {
    private static let shownSteps = 6
    let table: TransactionTable
    private let moments: OperationMoment
    private let telling: OperationTelling

    /// - Parameter transactions: Those that are told together.
    init(table: TransactionTable, of transactions: [Int]) {
        self.table = table
        telling = OperationTelling(table.history)
        moments = OperationMoment(
            history: table.history,
            of: transactions.map { Int(table.places[$0]) }
        )
    }

    /// Its steps and circumstances: `append 3 to x (process 4, 1.203 s to 1.210 s)`.
    func text(of transaction: Int) -> String {
        steps(of: transaction) + " (" + moments.text(of: table.operation(of: transaction)) + ")"
    }

    func steps(of transaction: Int) -> String {
        let steps = table.steps(of: transaction)
        var parts = steps.prefix(Self.shownSteps).map(text)
        if steps.count > parts.count {
            parts.append("\(Count.text(steps.count - parts.count)) more steps")
        }
        return parts.joined(separator: ", ")
    }

    func text(of step: TransactionStep) -> String {
        let name = telling.name(step.key)
        let key = name.isEmpty ? "" : "\(name) = "
        switch step.kind {
        case .read(let value):
            return "read \(key)" + (value.map { table.history.text(of: $0) } ?? "?")
        case .write(let value): return "write \(key)\(table.history.text(of: value))"
        case .append(let value):
            return "append \(table.history.text(of: value))" + (name.isEmpty ? "" : " to \(name)")
        case .readAll(let extent):
            let list = extent.map { table.listText(table.history.elements($0)) } ?? "?"
            return "read \(key)\(list)"
        case .readNumber(let number): return "read \(key)" + (number.map(String.init) ?? "?")
        }
    }

    /// Why one transaction came before another for its process or by the clock.
    func orderReason(_ edge: CycleEdge, _ from: String, _ to: String) -> String {
        let first = table.operation(of: edge.from)
        let second = table.operation(of: edge.to)
        if edge.kind == .process {
            return "\(telling.process(second)) asked for \(to) after \(from) was answered"
        }
        return "\(from) ended at \(moments.text(first.completed)), before \(to) began at "
            + moments.text(second.invoked)
    }

    /// When a transaction was acknowledged.
    func acknowledgement(of transaction: Int) -> String {
        moments.text(table.operation(of: transaction).completed)
    }
}

/// Names for transactions, each the same in all that is told of one history.
struct TransactionNames {
    private var names: [Int: String] = [:]

    mutating func name(of transaction: Int) -> String {
        if let name = names[transaction] { return name }
        let name = "T\(names.count + 1)"
        names[transaction] = name
        return name
    }
}
