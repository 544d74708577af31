import Histories

/// The edges that clients and clocks give, in a number linear in the transactions.
struct OrderEdges {
    let table: TransactionTable
    let included: [Bool]

    func add(to builder: inout DependencyGraphBuilder) {
        addProcesses(to: &builder)
        if table.history.clock != .sessions { addTime(to: &builder) }
    }

    /// A client's next question comes after the last one that was answered; what was never answered
    /// may still take effect later.
    private func addProcesses(to builder: inout DependencyGraphBuilder) {
        var latest: [UInt32: Int] = [:]
        for transaction in 0..<table.count where included[transaction] {
            let process = table.operation(of: transaction).process
            if let before = latest[process] {
                builder.edge(from: before, to: transaction, .process)
            }
            if table.outcomes[transaction] == .ok { latest[process] = transaction }
        }
    }

    /// Each end leads into a chain of moments, and each beginning hangs on the last moment before
    /// it: that is as much as an edge from every end to every later beginning.
    private func addTime(to builder: inout DependencyGraphBuilder) {
        let ends = (0..<table.count)
            .filter { included[$0] && table.outcomes[$0] == .ok }
            .map { (transaction: $0, time: table.operation(of: $0).completed) }
            .sorted { ($0.time, $0.transaction) < ($1.time, $1.transaction) }
        var next = 0
        var moment: Int?
        var isTaken = false
        for transaction in 0..<table.count where included[transaction] {
            let invoked = table.operation(of: transaction).invoked
            while next < ends.count, ends[next].time < invoked {
                if moment == nil || isTaken {
                    let later = builder.passage()
                    if let moment { builder.edge(from: moment, to: later, .passage) }
                    moment = later
                    isTaken = false
                }
                if let moment { builder.edge(from: ends[next].transaction, to: moment, .realtime) }
                next += 1
            }
            guard let moment else { continue }
            builder.edge(from: moment, to: transaction, .passage)
            isTaken = true
        }
    }
}
