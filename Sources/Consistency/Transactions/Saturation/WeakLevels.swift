import Histories

/// Holds transactions against read committed, read atomicity and causal consistency.
struct WeakLevels<Facts: DependencyFacts> {
    enum Violation {
        /// Who saw what whom wrote, and each client's order, lead back to where they began.
        case circle([CycleEdge])
        case demanded([CycleEdge], [CommitOrder.Demand])
        case contradiction(CommitOrder.Contradiction)
    }

    let facts: Facts
    private let accesses: Accesses
    private let sessions: SessionOrder

    init(_ facts: Facts) {
        self.facts = facts
        accesses = Accesses(facts)
        sessions = SessionOrder(facts.table, facts.included)
    }

    /// What shows that a level does not hold; nil if it may.
    ///
    /// - Parameters:
    ///   - overwrites: The order of versions as far as it is known counts, too.
    ///   - limit: The most that causal consistency may cost; beyond it nothing is found.
    func violation(
        of level: CommitOrder.Level,
        respectsSessions: Bool,
        overwrites: Bool,
        limit: Int = .max
    ) -> Violation? {
        var order = CommitOrder(accesses, sessions, respectsSessions: respectsSessions)
        let seen = order.graph(facts, overwrites: false)
        let kinds: EdgeKinds = [.process, .writeRead]
        let components = Components(of: KindView(seen, kinds))
        guard components.large.isEmpty else {
            let shortest = ShortestCycle(graph: seen, kinds: .writeRead)
            return .circle(shortest.find(KindView(seen, kinds), components))
        }
        var local = LocalDemands(accesses, sessions, keys: facts.table.history.keys.count)
        switch level {
        case .readCommitted:
            for reader in 0..<facts.table.count { local.addReadCommitted(reader, to: &order) }
        case .readAtomic, .causal: addReadAtomic(&local, respectsSessions, to: &order)
        }
        if level == .causal {
            let causal = CausalDemands(
                accesses,
                sessions,
                components,
                count: facts.table.count
            )
            guard causal.cost <= limit else { return nil }
            causal.add(to: &order, keys: facts.table.history.keys.count)
        }
        if let contradiction = order.contradictions.first { return .contradiction(contradiction) }
        let graph = order.graph(facts, overwrites: overwrites)
        let all = KindView(graph, [.process, .writeRead, .writeWrite, .demanded])
        let joined = Components(of: all)
        guard !joined.large.isEmpty else { return nil }
        let edges = ShortestCycle(graph: graph, kinds: [.demanded, .writeWrite]).find(all, joined)
        let named = order.demands.filter { demand in edges.contains { demand.explains($0) } }
        return .demanded(edges, named)
    }

    private func addReadAtomic(
        _ local: inout LocalDemands,
        _ respectsSessions: Bool,
        to order: inout CommitOrder
    ) {
        for session in 0..<sessions.count {
            var written: [UInt32: UInt32] = [:]
            for transaction in sessions.members[session] {
                local.addReadAtomic(Int(transaction), written, to: &order)
                guard respectsSessions else { continue }
                for key in accesses.writes(of: Int(transaction)) { written[key] = transaction }
            }
        }
    }
}
