import Consistency
import Histories

/// Tries every commit order of a few transactions against a level's definition, word by word.
///
/// Biswas and Enea (OOPSLA 2019): some total order contains each session's own and who read from
/// whom, and wherever a transaction reads a key from one writer and, as the level says, sees another
/// writer of it, the other is before the one. The initial values come before all.
struct CommitOrderOracle {
    struct Transaction {
        var session: UInt32
        /// In its own order: the key, and the index of the writer; nil for the initial value.
        var reads: [(key: UInt32, writer: Int?)]
        var writes: Set<UInt32>
    }

    private var transactions: [Transaction] = []
    /// By transaction: those that come before it by session or by what it read, at once or not.
    private var direct: [Set<Int>] = []
    private var causal: [Set<Int>] = []
    /// Whether a read found what it must not whatever the order.
    private var isHopeless = false

    init(_ history: History) {
        var writers: [UInt32: [ValueID: (transaction: Int, isLast: Bool)]] = [:]
        for (index, operation) in history.operations.enumerated() {
            guard case .transaction(let extent) = operation.action else { continue }
            for step in history.steps(extent) {
                guard case .write(let value) = step.kind else { continue }
                let key = step.key.rawValue
                for (other, writer) in writers[key] ?? [:] where writer.transaction == index {
                    writers[key]?[other]?.isLast = false
                }
                writers[key, default: [:]][value] = (index, true)
            }
        }
        for (index, operation) in history.operations.enumerated() {
            var transaction = Transaction(session: operation.process, reads: [], writes: [])
            guard case .transaction(let extent) = operation.action else { continue }
            var own: [UInt32: ValueID] = [:]
            for step in history.steps(extent) {
                let key = step.key.rawValue
                switch step.kind {
                case .write(let value):
                    own[key] = value
                    transaction.writes.insert(key)
                case .read(let value?):
                    if let mine = own[key] {
                        if mine != value { isHopeless = true }
                    } else if let writer = writers[key]?[value] {
                        if writer.transaction == index || !writer.isLast { isHopeless = true }
                        transaction.reads.append((key, writer.transaction))
                    } else {
                        if value != .absent { isHopeless = true }
                        transaction.reads.append((key, nil))
                    }
                default: continue
                }
            }
            transactions.append(transaction)
        }
        relate()
    }

    private mutating func relate() {
        direct = transactions.indices.map { index in
            let mine = transactions[index]
            let earlier = (0..<index).filter { transactions[$0].session == mine.session }
            return Set(earlier + mine.reads.compactMap(\.writer)).subtracting([index])
        }
        causal = direct
        for _ in transactions {
            for index in transactions.indices {
                for other in causal[index] { causal[index].formUnion(causal[other]) }
            }
        }
    }

    func holds(_ level: IsolationLevel) -> Bool {
        guard !isHopeless else { return false }
        let demands = demands(of: level)
        func explains(_ order: [Int]) -> Bool {
            if order.count == transactions.count {
                return demands.allSatisfy { demand in
                    guard let readFrom = demand.readFrom else { return false }
                    let places = [demand.seen, readFrom].map { order.firstIndex(of: $0) ?? -1 }
                    return places[0] < places[1]
                }
            }
            return transactions.indices.contains { next in
                !order.contains(next) && direct[next].isSubset(of: order)
                    && explains(order + [next])
            }
        }
        return explains([])
    }

    private func demands(of level: IsolationLevel) -> [(seen: Int, readFrom: Int?)] {
        var demands: [(seen: Int, readFrom: Int?)] = []
        for (index, reader) in transactions.enumerated() {
            for (place, read) in reader.reads.enumerated() {
                let seen: Set<Int> =
                    switch level {
                    case .readCommitted: Set(reader.reads[..<place].compactMap(\.writer))
                    case .readAtomic: direct[index]
                    default: causal[index]
                    }
                for other in seen.sorted()
                where other != read.writer && transactions[other].writes.contains(read.key) {
                    demands.append((other, read.writer))
                }
            }
        }
        return demands
    }
}
