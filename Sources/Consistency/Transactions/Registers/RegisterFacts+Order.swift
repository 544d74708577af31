import Histories

extension RegisterFacts {
    /// Of histories up to this size the transactions that have no order are looked for.
    private static let mostReduced = 200

    func serialOrder(_ graph: DependencyGraph, _ order: EdgeOrder, explains: Bool) -> SerialOrder {
        var budget = budget
        var spent = 0
        // What keeps the clock's order as well is found sooner.
        if order != .realtime, table.history.clock != .sessions {
            budget.states /= 2
            var search = SerialOrderSearch(self, graph, .realtime, budget)
            if search.answer() == .found { return SerialOrder(answer: .found, spent: search.spent) }
            spent = search.spent
        }
        var search = SerialOrderSearch(self, graph, order, budget)
        let answer = search.answer()
        spent += search.spent
        let isTold = explains && answer == .none
        return SerialOrder(
            answer: answer,
            spent: spent,
            unordered: isTold ? unordered(graph, order) : []
        )
    }

    /// Few transactions that no order explains: all others are left out, one after the other, each
    /// with those that read from it, while what remains has none.
    private func unordered(_ graph: DependencyGraph, _ order: EdgeOrder) -> [Int] {
        var kept = included
        let transactions = included.indices.filter { included[$0] }
        guard transactions.count <= Self.mostReduced else { return [] }
        for transaction in transactions.reversed() where kept[transaction] {
            var fewer = kept
            leaveOut(transaction, &fewer)
            let budget = SearchBudget(states: 100_000, bytes: 1 << 24)
            var search = SerialOrderSearch(self, graph, order, budget, kept: fewer)
            if search.answer() == .none { kept = fewer }
        }
        return kept.indices.filter { kept[$0] }
    }

    private func leaveOut(_ transaction: Int, _ kept: inout [Bool]) {
        var waiting = [transaction]
        while let next = waiting.popLast() {
            guard kept[next] else { continue }
            kept[next] = false
            for reader in kept.indices where kept[reader] {
                let isReader = table.extents[reader].range.contains {
                    sources[$0] == .transaction(UInt32(next))
                }
                if isReader { waiting.append(reader) }
            }
        }
    }
}
