/// What causal consistency asks for: whoever is causally after a write reads no older version.
///
/// Vector clocks say for every transaction how much of each session lies before it. They are held
/// for some sessions at a time, so that memory stays bounded with any number of clients.
struct CausalDemands {
    /// Clock entries held at once.
    private static let entries = 64 << 20
    private let accesses: Accesses
    private let sessions: SessionOrder
    /// Transactions, each after all that it comes after.
    private let order: [UInt32]
    private let count: Int
    /// Sessions with a transaction that something comes after: only they need an entry in clocks.
    private let columns: [UInt32]
    /// By session: its place in `columns`; `none` for the others.
    private let columnOfSession: [UInt32]

    /// - Parameter acyclic: The components of the graph of sessions and reads, all of one vertex.
    init(_ accesses: Accesses, _ sessions: SessionOrder, _ acyclic: Components, count: Int) {
        self.accesses = accesses
        self.sessions = sessions
        self.count = count
        var order = [UInt32](repeating: 0, count: count)
        for transaction in 0..<count {
            // Tarjan's algorithm numbers what is later first.
            order[count - 1 - Int(acyclic.numbers[transaction])] = UInt32(transaction)
        }
        self.order = order
        var matters = [Bool](repeating: false, count: sessions.count)
        for session in 0..<sessions.count { matters[session] = sessions.members[session].count > 1 }
        for transaction in 0..<count {
            for read in accesses.reads(of: transaction) {
                guard case .transaction(let writer) = read.source else { continue }
                let session = sessions.sessions[Int(writer)]
                if session != SessionOrder.none { matters[Int(session)] = true }
            }
        }
        var columns: [UInt32] = []
        var columnOfSession = [UInt32](repeating: SessionOrder.none, count: sessions.count)
        for session in 0..<sessions.count where matters[session] {
            columnOfSession[session] = UInt32(columns.count)
            columns.append(UInt32(session))
        }
        self.columns = columns
        self.columnOfSession = columnOfSession
    }

    /// Entries of all clocks together: what the search takes grows with it.
    var cost: Int { columns.count.multipliedReportingOverflow(by: count).partialValue }

    func add(to commits: inout CommitOrder, keys: Int) {
        let width = max(1, min(columns.count, Self.entries / max(1, count)))
        var first = 0
        while first < columns.count {
            let block = first..<min(first + width, columns.count)
            add(block, keys: keys, to: &commits)
            first = block.upperBound
        }
    }

    private func add(_ block: Range<Int>, keys: Int, to commits: inout CommitOrder) {
        let width = block.count
        let writers = Writers(accesses, sessions, columns[block], keys: keys)
        var clocks = [UInt32](repeating: 0, count: count * width)
        for vertex in order {
            let transaction = Int(vertex)
            let base = transaction * width
            let previous = sessions.previous[transaction]
            if previous != SessionOrder.none {
                join(Int(previous), into: base, block, &clocks)
            }
            let reads = accesses.reads(of: transaction)
            for read in reads {
                guard case .transaction(let writer) = read.source else { continue }
                join(Int(writer), into: base, block, &clocks)
            }
            for read in reads {
                for run in writers.runs(of: read.key) {
                    let session = Int(writers.session(of: run))
                    let column = Int(columnOfSession[session]) - block.lowerBound
                    let before = clocks[base + column]
                    guard let seen = writers.last(in: run, before: before) else { continue }
                    // Known already if the one that was read from came after it anyway.
                    if case .transaction(let writer) = read.source {
                        let known = clocks[Int(writer) * width + column]
                        if sessions.positions[Int(seen)] < known { continue }
                    }
                    commits.demand(seen, before: read.source, read.key, by: transaction)
                }
            }
        }
    }

    private func join(
        _ transaction: Int,
        into base: Int,
        _ block: Range<Int>,
        _ clocks: inout [UInt32]
    ) {
        let other = transaction * block.count
        for entry in 0..<block.count {
            clocks[base + entry] = max(clocks[base + entry], clocks[other + entry])
        }
        let session = sessions.sessions[transaction]
        guard session != SessionOrder.none else { return }
        let column = Int(columnOfSession[Int(session)])
        guard block.contains(column) else { return }
        let entry = base + column - block.lowerBound
        clocks[entry] = max(clocks[entry], sessions.positions[transaction] + 1)
    }
}

/// Who wrote each key, session by session.
private struct Writers {
    /// Writes by key, those of one session in a row and in its order.
    private let grouped: GroupedNumbers
    private let transactions: [UInt32]
    /// By key, where its runs start; one more at the end.
    private var runStarts: [UInt32] = [0]
    private var runs: [Range<Int>] = []
    private let sessions: SessionOrder

    init(_ accesses: Accesses, _ sessions: SessionOrder, _ columns: ArraySlice<UInt32>, keys: Int) {
        var transactions: [UInt32] = []
        var keysOfWrites: [UInt32] = []
        for session in columns {
            for transaction in sessions.members[Int(session)] {
                for key in accesses.writes(of: Int(transaction)) {
                    transactions.append(transaction)
                    keysOfWrites.append(key)
                }
            }
        }
        let grouped = GroupedNumbers(groups: keys, count: transactions.count) {
            Int(keysOfWrites[$0])
        }
        for key in 0..<keys {
            let range = grouped.range(key)
            var start = range.lowerBound
            while start < range.upperBound {
                let session = sessions.sessions[Int(transactions[Int(grouped.numbers[start])])]
                var end = start + 1
                while end < range.upperBound,
                    sessions.sessions[Int(transactions[Int(grouped.numbers[end])])] == session
                {
                    end += 1
                }
                runs.append(start..<end)
                start = end
            }
            runStarts.append(UInt32(runs.count))
        }
        self.grouped = grouped
        self.transactions = transactions
        self.sessions = sessions
    }

    func runs(of key: UInt32) -> ArraySlice<Range<Int>> {
        runs[Int(runStarts[Int(key)])..<Int(runStarts[Int(key) + 1])]
    }

    private func transaction(_ place: Int) -> UInt32 {
        transactions[Int(grouped.numbers[place])]
    }

    func session(of run: Range<Int>) -> UInt32 {
        sessions.sessions[Int(transaction(run.lowerBound))]
    }

    /// The last writer of a run among its session's first `before` transactions.
    func last(in run: Range<Int>, before: UInt32) -> UInt32? {
        var low = run.lowerBound
        var high = run.upperBound
        while low < high {
            let middle = (low + high) / 2
            if sessions.positions[Int(transaction(middle))] < before {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == run.lowerBound ? nil : transaction(low - 1)
    }
}
