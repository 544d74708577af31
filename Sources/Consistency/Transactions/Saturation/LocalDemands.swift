/// What read committed and read atomicity ask for: both look at one reader at a time.
struct LocalDemands {
    private let accesses: Accesses
    private let sessions: SessionOrder
    /// By key, for the reader at hand.
    private var stamps: [UInt32]
    private var newest: [Source]
    private var older: [Source]
    private var stamp: UInt32 = 0
    private var keys: [UInt32] = []

    init(_ accesses: Accesses, _ sessions: SessionOrder, keys: Int) {
        self.accesses = accesses
        self.sessions = sessions
        stamps = Array(repeating: 0, count: keys)
        newest = Array(repeating: .none, count: keys)
        older = Array(repeating: .none, count: keys)
    }

    /// Once a transaction has read from another, it reads nothing that is older than what that wrote.
    mutating func addReadCommitted(_ reader: Int, to order: inout CommitOrder) {
        let reads = accesses.reads(of: reader)
        guard reads.count > 1 else { return }
        begin()
        var isFirst = [Bool](repeating: false, count: reads.count)
        var seen: Set<UInt32> = []
        for (place, read) in reads.enumerated() {
            guard case .transaction(let writer) = read.source else { continue }
            isFirst[place] = seen.insert(writer).inserted
        }
        for (place, read) in reads.enumerated().reversed() {
            if isFirst[place], case .transaction(let writer) = read.source {
                for key in common(writer) {
                    let index = Int(key)
                    let next = newest[index] == read.source ? older[index] : newest[index]
                    order.demand(writer, before: next, key, by: reader)
                }
            }
            note(read)
        }
    }

    /// What a transaction reads from another it reads whole, and a client's own writes too.
    ///
    /// - Parameter written: By key: the last transaction of the session so far that wrote it.
    mutating func addReadAtomic(
        _ reader: Int,
        _ written: [UInt32: UInt32],
        to order: inout CommitOrder
    ) {
        let reads = accesses.reads(of: reader)
        guard !reads.isEmpty else { return }
        begin()
        for read in reads {
            note(read)
            guard let last = written[read.key], .transaction(last) != read.source else { continue }
            order.demand(last, before: read.source, read.key, by: reader)
        }
        var seen: Set<UInt32> = []
        for read in reads {
            guard case .transaction(let writer) = read.source, seen.insert(writer).inserted else {
                continue
            }
            for key in common(writer) where newest[Int(key)] != read.source {
                order.demand(writer, before: newest[Int(key)], key, by: reader)
            }
        }
    }

    private mutating func begin() {
        stamp += 1
        keys.removeAll(keepingCapacity: true)
    }

    private mutating func note(_ read: Accesses.Read) {
        let index = Int(read.key)
        if stamps[index] != stamp {
            stamps[index] = stamp
            keys.append(read.key)
            older[index] = .none
        } else if newest[index] != read.source {
            older[index] = newest[index]
        }
        newest[index] = read.source
    }

    /// The keys that were noted and that a transaction wrote, found from the smaller of the two.
    private func common(_ writer: UInt32) -> [UInt32] {
        let written = accesses.writes(of: Int(writer))
        if written.count <= keys.count {
            return written.filter { stamps[Int($0)] == stamp }
        }
        return keys.filter { accesses.writes(Int(writer), $0) }
    }
}
