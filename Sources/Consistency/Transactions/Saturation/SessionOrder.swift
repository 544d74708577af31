import Histories

/// Which transactions each client made, one after the other, and what each of them wrote.
///
/// A transaction whose end is unknown comes after the client's last answered one and before none.
struct SessionOrder {
    static let none = UInt32.max

    /// By transaction: its session; `none` for those without an answer.
    let sessions: [UInt32]
    /// By transaction: its place in its session.
    let positions: [UInt32]
    /// By transaction: the client's last answered one before it.
    let previous: [UInt32]
    /// The transactions of each session in their order.
    let members: GroupedNumbers
    let count: Int

    init(_ table: TransactionTable, _ included: [Bool]) {
        var sessions = [UInt32](repeating: Self.none, count: table.count)
        var positions = [UInt32](repeating: 0, count: table.count)
        var previous = [UInt32](repeating: Self.none, count: table.count)
        var numbers: [UInt32: UInt32] = [:]
        var latest: [UInt32] = []
        var lengths: [UInt32] = []
        for transaction in 0..<table.count where included[transaction] {
            let process = table.operation(of: transaction).process
            let session = numbers[process] ?? UInt32(latest.count)
            if Int(session) == latest.count {
                numbers[process] = session
                latest.append(Self.none)
                lengths.append(0)
            }
            previous[transaction] = latest[Int(session)]
            guard table.outcomes[transaction] == .ok else { continue }
            sessions[transaction] = session
            positions[transaction] = lengths[Int(session)]
            lengths[Int(session)] += 1
            latest[Int(session)] = UInt32(transaction)
        }
        self.sessions = sessions
        self.positions = positions
        self.previous = previous
        count = latest.count
        members = GroupedNumbers(groups: count, count: table.count) { transaction in
            sessions[transaction] == Self.none ? nil : Int(sessions[transaction])
        }
    }

    /// Whether one came before the other in one session.
    func precedes(_ earlier: Int, _ later: Int) -> Bool {
        sessions[earlier] != Self.none && sessions[earlier] == sessions[later]
            && positions[earlier] < positions[later]
    }
}

/// The keys that transactions wrote and what they read, by transaction.
struct Accesses {
    struct Read: Equatable {
        var key: UInt32
        var source: Source
    }

    private var writeStarts: [UInt32] = [0]
    private var writeKeys: [UInt32] = []
    private var readStarts: [UInt32] = [0]
    private var readList: [Read] = []

    init(_ facts: some DependencyFacts) {
        let table = facts.table
        for transaction in 0..<table.count {
            if facts.included[transaction] {
                let first = writeKeys.count
                for step in table.extents[transaction].range {
                    let key = table.steps[step].key.rawValue
                    switch table.steps[step].kind {
                    case .write, .append: writeKeys.append(key)
                    case .read, .readAll:
                        guard facts.sources[step] != .none else { continue }
                        readList.append(Read(key: key, source: facts.sources[step]))
                    case .readNumber: continue
                    }
                }
                Self.tidy(&writeKeys, from: first)
            }
            writeStarts.append(UInt32(writeKeys.count))
            readStarts.append(UInt32(readList.count))
        }
    }

    private static func tidy(_ keys: inout [UInt32], from first: Int) {
        guard keys.count - first > 1 else { return }
        let sorted = keys[first...].sorted()
        keys.removeSubrange(first...)
        for key in sorted where keys.count == first || keys.last != key { keys.append(key) }
    }

    /// In ascending order.
    func writes(of transaction: Int) -> ArraySlice<UInt32> {
        writeKeys[Int(writeStarts[transaction])..<Int(writeStarts[transaction + 1])]
    }

    /// What it found of others, in its own order.
    func reads(of transaction: Int) -> ArraySlice<Read> {
        readList[Int(readStarts[transaction])..<Int(readStarts[transaction + 1])]
    }

    func writes(_ transaction: Int, _ key: UInt32) -> Bool {
        let keys = writes(of: transaction)
        var low = keys.startIndex
        var high = keys.endIndex
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.endIndex && keys[low] == key
    }
}
