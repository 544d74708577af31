import Histories

/// The versions of one register at a time, as far as their order is known.
struct RegisterVersions {
    private struct Version {
        var writer: Int
        /// When it was certainly there: the end of its writer, or of a transaction that read it.
        var settled: Int64
        var isRoot = true
        /// Whether its writer read what was there at first.
        var isFirst = false
        var children: [Int] = []
        var readers: [Int] = []
        var nextOfProcess: Int?
    }

    private let facts: RegisterFacts
    private let table: TransactionTable
    private var key = 0
    /// In the order of their writers.
    private var versions: [Version] = []
    private var initialReaders: [Int] = []
    /// By transaction: its version of the key at hand; valid where `stamps` has the key's stamp.
    private var places: [UInt32]
    private var stamps: [UInt32]

    init(_ facts: RegisterFacts) {
        self.facts = facts
        table = facts.table
        places = Array(repeating: 0, count: table.count)
        stamps = Array(repeating: .max, count: table.count)
    }

    mutating func gather(_ key: Int, _ steps: ArraySlice<UInt32>) {
        self.key = key
        versions.removeAll(keepingCapacity: true)
        initialReaders.removeAll(keepingCapacity: true)
        var latest: [UInt32: Int] = [:]
        for step in steps {
            let transaction = facts.owner(of: step)
            guard facts.included[transaction], case .write = table.steps[Int(step)].kind,
                stamps[transaction] != UInt32(key)
            else { continue }
            stamps[transaction] = UInt32(key)
            places[transaction] = UInt32(versions.count)
            let operation = table.operation(of: transaction)
            if let before = latest[operation.process] {
                versions[before].nextOfProcess = transaction
            }
            if operation.outcome == .ok { latest[operation.process] = versions.count }
            versions.append(Version(writer: transaction, settled: operation.completed))
        }
        for step in steps {
            let transaction = facts.owner(of: step)
            switch facts.sources[Int(step)] {
            case .none: continue
            case .initial:
                initialReaders.append(transaction)
                if stamps[transaction] == UInt32(key) {
                    versions[Int(places[transaction])].isFirst = true
                }
            case .transaction(let writer):
                // A value that was written over by its own transaction is not its version.
                guard stamps[Int(writer)] == UInt32(key) else { continue }
                let place = Int(places[Int(writer)])
                versions[place].readers.append(transaction)
                versions[place].settled = min(
                    versions[place].settled,
                    table.operation(of: transaction).completed
                )
                if stamps[transaction] == UInt32(key) {
                    versions[Int(places[transaction])].isRoot = false
                    versions[place].children.append(transaction)
                }
            }
        }
    }

    func addEdges(to builder: inout DependencyGraphBuilder) {
        let name = UInt32(key)
        let roots = versions.filter(\.isRoot).map(\.writer)
        builder.edges(from: initialReaders.map { ($0, .readWrite) }, to: roots, key: name)
        let isTimed = table.history.clock != .sessions
        for version in versions {
            for reader in version.readers {
                builder.edge(from: version.writer, to: reader, .writeRead, key: name)
            }
            for child in version.children {
                builder.edge(from: version.writer, to: child, .writeWrite, key: name)
            }
            if !version.children.isEmpty {
                builder.edges(
                    from: version.readers.map { ($0, .readWrite) },
                    to: version.children,
                    key: name
                )
            }
            if let next = version.nextOfProcess {
                let isCertain = facts.keyOrder != .unknown
                add(next, after: version, isCertain, .readWriteByProcess, to: &builder)
            }
            let isCertain = facts.keyOrder == .linearizable
            guard isTimed, isCertain || !version.readers.isEmpty else { continue }
            for later in firstWriters(after: version.settled) {
                add(later, after: version, isCertain, .readWriteByTime, to: &builder)
            }
        }
    }

    /// Edges that hold where no update is lost: nothing comes between a version and the one whose
    /// writer read it, so all others follow the end of the chain that began with the initial one.
    ///
    /// - Returns: Whether there are any.
    func addInferredEdges(to builder: inout DependencyGraphBuilder) -> Bool {
        guard var end = versions.firstIndex(where: \.isFirst) else { return false }
        let others = versions.filter { $0.isRoot && !$0.isFirst }.map(\.writer)
        guard !others.isEmpty else { return false }
        for _ in versions {
            guard let child = versions[end].children.first else { break }
            end = Int(places[child])
        }
        let readers = versions[end].readers.map { (vertex: $0, kind: EdgeKinds.readWrite) }
        builder.edges(
            from: [(vertex: versions[end].writer, kind: .writeWrite)] + readers,
            to: others,
            key: UInt32(key)
        )
        return true
    }

    /// A later version, by an order that counts for every model where it is certain.
    private func add(
        _ later: Int,
        after version: Version,
        _ isCertain: Bool,
        _ kind: EdgeKinds,
        to builder: inout DependencyGraphBuilder
    ) {
        let name = UInt32(key)
        for reader in version.readers where reader != later {
            builder.edge(from: reader, to: later, isCertain ? .readWrite : kind, key: name)
        }
        if isCertain, later != version.writer {
            builder.edge(from: version.writer, to: later, .writeWrite, key: name)
        }
    }

    /// The writers that began after a moment, without those that began after one of them ended.
    private func firstWriters(after moment: Int64) -> [Int] {
        var low = 0
        var high = versions.count
        while low < high {
            let middle = (low + high) / 2
            if table.operation(of: versions[middle].writer).invoked > moment {
                high = middle
            } else {
                low = middle + 1
            }
        }
        var found: [Int] = []
        var end = Int64.max
        for version in versions[low...] {
            let operation = table.operation(of: version.writer)
            guard operation.invoked <= end else { break }
            found.append(version.writer)
            end = min(end, operation.completed)
        }
        return found
    }
}
