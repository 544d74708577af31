/// What follows for a model that loses no update, where dependencies alone show nothing wrong.
///
/// Two ways on: orders that such a model implies, and with them cycles; and for models that put whole
/// transactions one after the other, a search for such an order.
struct DeeperSearch {
    private(set) var cycles: [CycleReport.Found] = []
    private(set) var verdict = Verdict.valid
    private(set) var notes: [String] = []
    private(set) var states = 0
    /// Transactions that have no order; empty where none were looked for.
    private var unordered: [Int] = []

    init() {}

    init(
        _ facts: some DependencyFacts,
        _ graph: DependencyGraph,
        _ model: IsolationModel,
        explains: Bool
    ) {
        guard model.implies(.snapshotIsolation) || model.implies(.repeatableRead) else { return }
        var graph = graph
        if let inferred = facts.inferredGraph() {
            graph = inferred
            cycles = CycleReport(inferred, explains: explains).found.map { found in
                // Was the order only inferred, then a lost update is as well possible as a cycle of
                // writes; both are as bad as read skew.
                let isWorse = found.anomaly.kind.rawValue < Anomaly.Kind.gSingle.rawValue
                let kind = isWorse ? .gSingle : found.anomaly.kind
                return CycleReport.Found(
                    anomaly: Anomaly(kind, found.anomaly.order),
                    edges: found.edges
                )
            }
            if !cycles.isEmpty {
                notes.append(
                    "where no update is lost, what a transaction wrote follows what it read with "
                        + "nothing between: other writes come before both or after both"
                )
            }
            if IsolationBoundary(cycles.map(\.anomaly)).rulesOut(model) { return }
        }
        guard model.implies(.serializable) else { return }
        let isStrict = model.implies(.strictSerializable)
        let order = facts.serialOrder(graph, isStrict ? .realtime : .data, explains: explains)
        states = order.spent
        switch order.answer {
        case .found: break
        case .none:
            let clock = isStrict ? " and keeps the order of the clock" : ""
            verdict = .invalid(["no order of the transactions explains every read\(clock)"])
            unordered = order.unordered
        case .undecided:
            verdict = .unknown([
                "no anomaly follows from what is known, but whether the transactions have an order "
                    + "that explains every read was not settled within \(states) steps"
            ])
        }
    }

    /// Few transactions that no order explains.
    func counterexamples(
        _ table: TransactionTable,
        _ model: IsolationModel,
        _ names: inout TransactionNames
    ) -> [Counterexample] {
        unordered.isEmpty ? [] : [Self.tell(unordered, table, model, &names)]
    }

    private static func tell(
        _ transactions: [Int],
        _ table: TransactionTable,
        _ model: IsolationModel,
        _ names: inout TransactionNames
    ) -> Counterexample {
        let text = TransactionText(table: table, of: transactions)
        let shown = transactions.count > 5 ? 4 : transactions.count
        var lines = ["no order of these \(transactions.count) transactions explains their reads:"]
        for transaction in transactions.prefix(shown) {
            lines.append("\(names.name(of: transaction)) = \(text.text(of: transaction))")
        }
        if shown < transactions.count {
            lines.append("and \(transactions.count - shown) more")
        }
        lines.append("every order was tried in which a read finds the last write before it")
        lines.append("concluded: not \(model.rawValue)")
        return Counterexample(
            anomaly: "no-serial-order",
            key: nil,
            operations: transactions.map { Int(table.places[$0]) },
            lines: lines.map(PlainText.shown)
        )
    }
}
