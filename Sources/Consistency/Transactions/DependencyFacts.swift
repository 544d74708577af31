import Histories

/// What reads and versions say about transactions, whatever the kind of data.
protocol DependencyFacts {
    var table: TransactionTable { get }
    var sightings: Sightings { get }
    /// By transaction: whether it certainly took effect.
    var included: [Bool] { get }
    /// By step: which transaction wrote what a read from outside found.
    var sources: [Source] { get }
    /// A key and a value that several wrote, where values must be unique.
    var repeated: TransactionStep? { get }

    /// The edges that data gives.
    func addEdges(to builder: inout DependencyGraphBuilder)
    /// Whether data leaves the order of a key's versions open.
    var isOrderOpen: Bool { get }
    /// Adds what follows only where no update is lost; says whether there is any.
    func addInferredEdges(to builder: inout DependencyGraphBuilder) -> Bool
    /// Whether transactions have an order, where cycles alone do not decide that.
    func serialOrder(_ graph: DependencyGraph, _ order: EdgeOrder, explains: Bool) -> SerialOrder
    /// Why an edge is there: `T1` and `T2` are its ends.
    func reason(_ edge: CycleEdge, _ from: String, _ to: String) -> String
    /// What was acknowledged at the end of an edge and is missing from a later read.
    func loss(at edge: CycleEdge) -> LostAppend?
}

/// An append that was acknowledged and that no read shows, also not one that began later.
struct LostAppend {
    var writer: Int
    var reader: Int
    var value: String
}

/// What a search for an order of transactions came to.
struct SerialOrder {
    var answer: SerialOrderSearch.Answer
    /// Steps of the search.
    var spent = 0
    /// Where there is none: few transactions that have none by themselves.
    var unordered: [Int] = []
}

/// Where a read found its value.
enum Source: Equatable, Sendable {
    /// Not a read, or one whose origin is its own transaction or not known.
    case none
    case initial
    case transaction(UInt32)
}

/// One step of a cycle between transactions.
struct CycleEdge: Sendable, Hashable {
    var from: Int
    var to: Int
    var kind: EdgeKinds
    var key: UInt32
}

extension DependencyFacts {
    var isOrderOpen: Bool { false }

    func addInferredEdges(to builder: inout DependencyGraphBuilder) -> Bool { false }

    func serialOrder(_ graph: DependencyGraph, _ order: EdgeOrder, explains: Bool) -> SerialOrder {
        SerialOrder(answer: .found)
    }

    /// What is known of the order of transactions.
    func graph() -> DependencyGraph {
        builder().build()
    }

    /// The same with what follows where no update is lost; nil if nothing does.
    func inferredGraph() -> DependencyGraph? {
        guard isOrderOpen else { return nil }
        var builder = builder()
        return addInferredEdges(to: &builder) ? builder.build() : nil
    }

    private func builder() -> DependencyGraphBuilder {
        var builder = DependencyGraphBuilder(transactions: table.count)
        addEdges(to: &builder)
        OrderEdges(table: table, included: included).add(to: &builder)
        return builder
    }

    func loss(at edge: CycleEdge) -> LostAppend? { nil }

    /// How one transaction comes to be after another.
    func knowledge(
        of reader: Int,
        about writer: Int,
        _ who: String,
        _ whom: String
    ) -> String {
        let saw = table.extents[reader].range.contains {
            sources[$0] == .transaction(UInt32(writer))
        }
        if saw { return "\(who) saw \(whom)" }
        if table.operation(of: reader).process == table.operation(of: writer).process {
            return "\(table.process(of: reader)) had asked for \(whom) before \(who)"
        }
        return "\(who) saw what came after \(whom)"
    }

    /// Whether anything relates two transactions.
    var relatesSome: Bool {
        sources.contains { if case .none = $0 { false } else { true } }
    }

    /// Why nothing can be said of a history in which nothing is wrong; nil if something can.
    var whatIsMissing: String? {
        guard table.count > 0 else { return "the history has no transaction" }
        var wrote = false
        var read = false
        for transaction in 0..<table.count where table.outcomes[transaction] == .ok {
            for step in table.steps(of: transaction) {
                switch step.kind {
                case .write, .append: wrote = true
                case .read(let value): read = read || value != nil
                case .readAll(let extent): read = read || extent != nil
                case .readNumber: continue
                }
            }
            if wrote, read { break }
        }
        if !wrote { return "no write was completed" }
        if !read { return "no read was completed" }
        return relatesSome ? nil : "no read relates two transactions"
    }
}
