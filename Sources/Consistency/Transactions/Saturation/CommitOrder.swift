/// What must have been committed before what, if a weak level of isolation held.
///
/// Biswas and Enea (OOPSLA 2019) say each level as: wherever a transaction reads a key from one
/// writer and, as the level says, sees another writer of it too, the other was committed before.
/// The level holds if that order, with each client's and with who read from whom, has no circle.
/// Which of those edges suffice is AWDIT's (Møldrup and Pavlogiannis, PLDI 2025).
struct CommitOrder {
    enum Level: Int, Comparable {
        case readCommitted, readAtomic, causal

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// An edge that a level asks for: `reader` saw the one and read `key` from the other.
    struct Demand: Hashable {
        var seen: UInt32
        var readFrom: UInt32
        var key: UInt32
        var reader: UInt32

        func explains(_ edge: CycleEdge) -> Bool {
            edge.kind == .demanded && edge.from == Int(seen) && edge.to == Int(readFrom)
                && edge.key == key
        }
    }

    /// A read of the initial value by one who saw a write: no order can save that.
    struct Contradiction {
        var seen: Int
        var reader: Int
        var key: UInt32
    }

    let accesses: Accesses
    let sessions: SessionOrder
    /// Whether a client's own order counts.
    let respectsSessions: Bool
    private(set) var demands: [Demand] = []
    private(set) var contradictions: [Contradiction] = []

    init(_ accesses: Accesses, _ sessions: SessionOrder, respectsSessions: Bool) {
        self.accesses = accesses
        self.sessions = sessions
        self.respectsSessions = respectsSessions
    }

    mutating func demand(_ seen: UInt32, before source: Source, _ key: UInt32, by reader: Int) {
        switch source {
        case .none: return
        case .initial:
            guard contradictions.count < 16 else { return }
            contradictions.append(Contradiction(seen: Int(seen), reader: reader, key: key))
        case .transaction(let writer):
            guard writer != seen else { return }
            if respectsSessions, sessions.precedes(Int(seen), Int(writer)) { return }
            demands.append(
                Demand(seen: seen, readFrom: writer, key: key, reader: UInt32(reader))
            )
        }
    }

    /// The order as a graph, for circles to be looked for.
    func graph(_ facts: some DependencyFacts, overwrites: Bool) -> DependencyGraph {
        let count = facts.table.count
        var builder = DependencyGraphBuilder(transactions: count)
        for transaction in 0..<count where facts.included[transaction] {
            let previous = sessions.previous[transaction]
            if respectsSessions, previous != SessionOrder.none {
                builder.edge(from: Int(previous), to: transaction, .process)
            }
            for read in accesses.reads(of: transaction) {
                guard case .transaction(let writer) = read.source else { continue }
                builder.edge(from: Int(writer), to: transaction, .writeRead, key: read.key)
            }
        }
        for demand in demands {
            builder.edge(
                from: Int(demand.seen),
                to: Int(demand.readFrom),
                .demanded,
                key: demand.key
            )
        }
        if overwrites { facts.addEdges(to: &builder) }
        return builder.build()
    }
}

extension EdgeKinds {
    /// In graphs of commit order: what a level asks for beyond what was seen.
    static let demanded = Self.realtime
}
