import Histories

/// What transactions read and write, each read as the version that it found.
///
/// Versions are numbered: those that were there at first as their keys are, then all that was written.
struct SerialSteps {
    /// The transactions that write, those first that ought to come early.
    private(set) var writers: [UInt32] = []
    /// By transaction: its place among the writers; the largest number for those that are none.
    private(set) var ranks: [UInt32]
    /// By transaction: whether it writes a key that it did not read.
    private(set) var isBlind: [Bool]
    /// By version: how many read it.
    private(set) var readers: [UInt32] = []
    private var readStarts: [UInt32] = [0]
    private var readVersions: [UInt32] = []
    private var writeStarts: [UInt32] = [0]
    private var writeKeys: [UInt32] = []
    let keys: Int

    func reads(_ transaction: Int) -> ArraySlice<UInt32> {
        readVersions[Int(readStarts[transaction])..<Int(readStarts[transaction + 1])]
    }

    func writes(_ transaction: Int) -> some Sequence<(key: UInt32, version: UInt32)> {
        (writeStarts[transaction]..<writeStarts[transaction + 1]).lazy.map { [writeKeys, keys] in
            (key: writeKeys[Int($0)], version: UInt32(keys) + $0)
        }
    }

    /// - Parameter kept: By transaction: whether it counts.
    init(_ facts: RegisterFacts, kept: [Bool]) {
        let table = facts.table
        keys = table.history.keys.count
        ranks = Array(repeating: .max, count: table.count)
        isBlind = Array(repeating: false, count: table.count)
        noteWrites(facts.table, kept)
        readers = Array(repeating: 0, count: keys + writeKeys.count)
        /// By transaction: when what it wrote was certainly there.
        var settled = (0..<table.count).map { table.operation(of: $0).completed }
        for transaction in 0..<table.count {
            noteReads(of: transaction, facts, kept)
            guard kept[transaction] else { continue }
            for step in table.extents[transaction].range {
                guard case .transaction(let writer) = facts.sources[step] else { continue }
                let read = table.operation(of: transaction).completed
                settled[Int(writer)] = min(settled[Int(writer)], read)
            }
        }
        writers.sort { (settled[Int($0)], $0) < (settled[Int($1)], $1) }
        for (rank, writer) in writers.enumerated() { ranks[Int(writer)] = UInt32(rank) }
    }

    private mutating func noteWrites(_ table: TransactionTable, _ kept: [Bool]) {
        for transaction in 0..<table.count {
            let start = writeKeys.count
            if kept[transaction] {
                for step in table.steps(of: transaction) {
                    guard case .write = step.kind,
                        !writeKeys[start...].contains(step.key.rawValue)
                    else { continue }
                    writeKeys.append(step.key.rawValue)
                }
            }
            writeStarts.append(UInt32(writeKeys.count))
            if writeKeys.count > start { writers.append(UInt32(transaction)) }
        }
    }

    private mutating func noteReads(
        of transaction: Int,
        _ facts: RegisterFacts,
        _ kept: [Bool]
    ) {
        let table = facts.table
        let start = readVersions.count
        var unread = Set(
            writeKeys[Int(writeStarts[transaction])..<Int(writeStarts[transaction + 1])]
        )
        for step in table.extents[transaction].range where kept[transaction] {
            let key = table.steps[step].key.rawValue
            let version: UInt32
            switch facts.sources[step] {
            case .none: continue
            case .initial: version = key
            case .transaction(let writer):
                let range = writeStarts[Int(writer)]..<writeStarts[Int(writer) + 1]
                guard let write = range.first(where: { writeKeys[Int($0)] == key }) else {
                    continue
                }
                version = UInt32(keys) + write
            }
            unread.remove(key)
            guard !readVersions[start...].contains(version) else { continue }
            readVersions.append(version)
            readers[Int(version)] += 1
        }
        isBlind[transaction] = !unread.isEmpty
        readStarts.append(UInt32(readVersions.count))
    }
}
