import Histories

/// What reads of append-only lists say: every read shows the whole order of appends before it.
///
/// The longest read of a key is its order of versions, and every other read must be a beginning of
/// it; appends that no read shows come after it (Kingsbury and Alvaro, Elle, VLDB 2020).
struct ListFacts: DependencyFacts {
    let table: TransactionTable
    private(set) var sightings = Sightings()
    private(set) var included: [Bool]
    private(set) var sources: [Source]
    private(set) var repeated: TransactionStep?

    let byKey: GroupedNumbers
    /// By key, where its order of versions starts in `versions`; one more at the end.
    private(set) var versionStarts: [UInt32] = [0]
    /// The append of each element of the longest read; `nobody` where there is none that counts.
    private(set) var versions: [UInt32] = []
    /// By step: whether it is an append that some read shows.
    private(set) var observed: [Bool]
    /// By step: whether it is a read that fits the order of its key.
    private(set) var fits: [Bool]

    init(_ table: TransactionTable) {
        self.table = table
        byKey = table.stepsByKey()
        included = table.outcomes.map { $0 == .ok }
        sources = Array(repeating: .none, count: table.steps.count)
        observed = Array(repeating: false, count: table.steps.count)
        fits = Array(repeating: false, count: table.steps.count)
        var scan = ListScan(values: table.history.values.count, steps: table.steps.count)
        for key in 0..<table.history.keys.count {
            take(scan.scan(key: key, steps: byKey[key], table, &sightings))
        }
    }

    private mutating func take(_ found: ListScan.Found) {
        versions.append(contentsOf: found.versions)
        versionStarts.append(UInt32(versions.count))
        for step in found.observed {
            observed[Int(step)] = true
            let owner = Int(table.owners[Int(step)])
            if table.outcomes[owner] == .unknown { included[owner] = true }
        }
        for (step, source) in found.sources { sources[Int(step)] = source }
        for step in found.fitting { fits[Int(step)] = true }
        if repeated == nil, let step = found.repeated { repeated = table.steps[Int(step)] }
    }

    func versions(of key: Int) -> ArraySlice<UInt32> {
        versions[Int(versionStarts[key])..<Int(versionStarts[key + 1])]
    }

    func owner(of step: UInt32) -> Int { Int(table.owners[Int(step)]) }

    /// Whether the step is an append of a transaction that took effect.
    func counts(_ step: UInt32) -> Bool {
        step != TransactionTable.nobody && included[owner(of: step)]
    }

    func addEdges(to builder: inout DependencyGraphBuilder) {
        for key in 0..<table.history.keys.count { addEdges(of: key, to: &builder) }
    }

    private func addEdges(of key: Int, to builder: inout DependencyGraphBuilder) {
        let name = UInt32(key)
        let versions = Array(versions(of: key))
        var next = [UInt32](repeating: TransactionTable.nobody, count: versions.count + 1)
        for place in versions.indices.reversed() {
            next[place] = counts(versions[place]) ? versions[place] : next[place + 1]
        }
        var last: Int?
        for step in versions where counts(step) {
            let writer = owner(of: step)
            if let last { builder.edge(from: last, to: writer, .writeWrite, key: name) }
            last = writer
        }
        var latest: [(vertex: Int, kind: EdgeKinds)] = []
        if let last { latest.append((last, .writeWrite)) }
        var unobserved: [Int] = []
        for step in byKey[key] {
            let transaction = owner(of: step)
            guard included[transaction] else { continue }
            switch table.steps[Int(step)].kind {
            case .append where !observed[Int(step)] && unobserved.last != transaction:
                unobserved.append(transaction)
            case .readAll(let extent?) where table.outcomes[transaction] == .ok:
                if case .transaction(let writer) = sources[Int(step)] {
                    builder.edge(from: Int(writer), to: transaction, .writeRead, key: name)
                }
                guard fits[Int(step)] else { continue }
                let follower = next[min(Int(extent.count), versions.count)]
                if follower == TransactionTable.nobody {
                    latest.append((transaction, .readWrite))
                } else {
                    builder.edge(
                        from: transaction,
                        to: owner(of: follower),
                        .readWrite,
                        key: name
                    )
                }
            default: continue
            }
        }
        builder.edges(from: latest, to: unobserved, key: name)
    }
}
