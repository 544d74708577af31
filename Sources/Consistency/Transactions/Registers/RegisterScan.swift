import Histories

/// Looks through all writes of one register and all reads of it.
struct RegisterScan {
    struct Found {
        var sources: [(step: UInt32, source: Source)] = []
        var repeated: UInt32?
    }

    private let options: CheckOptions
    /// By value: the write of it to the key at hand; valid where `stamps` has the key's stamp.
    private var writes: [UInt32]
    private var stamps: [UInt32]
    private var key = 0
    /// By who wrote a version: the transaction that read it and wrote the key; the initial one apart.
    private var updaters: [UInt32: Int] = [:]
    private var initialUpdater: Int?
    /// By transaction that updated: the writer of what it read.
    private var parents: [UInt32: UInt32] = [:]
    private var updates: [UInt32] = []

    init(values: Int, _ options: CheckOptions) {
        self.options = options
        writes = Array(repeating: 0, count: values)
        stamps = Array(repeating: .max, count: values)
    }

    mutating func scan(
        key: Int,
        steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) -> Found {
        self.key = key
        updaters.removeAll(keepingCapacity: true)
        parents.removeAll(keepingCapacity: true)
        updates.removeAll(keepingCapacity: true)
        initialUpdater = nil
        var found = Found()
        noteWrites(steps, table, &found)
        var start = steps.startIndex
        while start < steps.endIndex {
            let owner = table.owners[Int(steps[start])]
            var end = start + 1
            while end < steps.endIndex, table.owners[Int(steps[end])] == owner { end += 1 }
            if table.outcomes[Int(owner)] == .ok {
                run(Int(owner), steps[start..<end], table, &found, &sightings)
            }
            start = end
        }
        noteCyclicVersions(table, &sightings)
        return found
    }

    private mutating func noteWrites(
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ found: inout Found
    ) {
        for step in steps {
            guard case .write(let value) = table.steps[Int(step)].kind else { continue }
            let index = Int(value.rawValue)
            guard stamps[index] == UInt32(key) else {
                stamps[index] = UInt32(key)
                writes[index] = step
                continue
            }
            let other = table.owners[Int(writes[index])]
            let owner = table.owners[Int(step)]
            if table.outcomes[Int(other)] == .failed {
                writes[index] = step
            } else if table.outcomes[Int(owner)] != .failed, owner != other {
                found.repeated = step
            }
        }
    }

    /// What one transaction did to the key, step by step.
    private mutating func run(
        _ transaction: Int,
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ found: inout Found,
        _ sightings: inout Sightings
    ) {
        var own: ValueID?
        var seen: ValueID?
        var read: Source = .none
        for step in steps {
            switch table.steps[Int(step)].kind {
            case .write(let value): own = value
            case .read(let value?):
                if value == .absent, options.nilReads == .any { continue }
                if let own {
                    if own != value { noteInternal(transaction, value, own, table, &sightings) }
                    continue
                }
                let source = source(of: value, step, transaction, table, &sightings)
                found.sources.append((step, source))
                if let seen, seen != value {
                    let texts = [seen, value].map { table.history.text(of: $0) }
                    sightings.add(
                        .nonRepeatableRead,
                        key: UInt32(key),
                        transactions: [transaction],
                        "\(Sightings.one) read \(table.words(key)) = \(texts[0]) and then "
                            + texts[1]
                    )
                }
                if seen == nil { read = source }
                seen = value
            default: continue
            }
        }
        if own != nil { noteUpdate(transaction, read, seen, table, &sightings) }
    }

    private func noteInternal(
        _ transaction: Int,
        _ value: ValueID,
        _ own: ValueID,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        sightings.add(
            .internal,
            key: UInt32(key),
            transactions: [transaction],
            "\(Sightings.one) read \(table.words(key)) = \(table.history.text(of: value)), "
                + "after it had written \(table.history.text(of: own))"
        )
    }

    /// Who wrote a value that a transaction found before it wrote the key itself.
    private func source(
        of value: ValueID,
        _ step: UInt32,
        _ reader: Int,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) -> Source {
        var name: String { table.words(key) }
        let text = table.history.text(of: value)
        guard stamps[Int(value.rawValue)] == UInt32(key) else {
            if value == options.initial { return .initial }
            sightings.add(
                .garbageRead,
                key: UInt32(key),
                transactions: [reader],
                "\(Sightings.one) read \(name) = \(text): nobody wrote that"
            )
            return .none
        }
        let written = writes[Int(value.rawValue)]
        let writer = Int(table.owners[Int(written)])
        if writer == reader {
            sightings.add(
                .futureRead,
                key: UInt32(key),
                transactions: [reader],
                "\(Sightings.one) read \(name) = \(text) before it wrote that"
            )
            return .none
        }
        if table.outcomes[writer] == .failed {
            if value == options.initial { return .initial }
            sightings.add(
                .g1a,
                key: UInt32(key),
                transactions: [writer, reader],
                "\(Sightings.two) read \(name) = \(text): \(Sightings.one), which wrote that, failed"
            )
            return .none
        }
        if table.writesAgain(after: written) {
            sightings.add(
                .g1b,
                key: UInt32(key),
                transactions: [writer, reader],
                "\(Sightings.two) read \(name) = \(text): \(Sightings.one) wrote over that itself"
            )
        }
        return .transaction(UInt32(writer))
    }

    private mutating func noteUpdate(
        _ transaction: Int,
        _ source: Source,
        _ value: ValueID?,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        guard let value else { return }
        let other: Int?
        switch source {
        case .none: return
        case .initial:
            other = initialUpdater
            if other == nil { initialUpdater = transaction }
        case .transaction(let writer):
            other = updaters[writer]
            if other == nil { updaters[writer] = transaction }
            parents[UInt32(transaction)] = writer
            updates.append(UInt32(transaction))
        }
        guard let other else { return }
        sightings.add(
            .lostUpdate,
            key: UInt32(key),
            transactions: [other, transaction],
            "both read \(table.words(key)) = \(table.history.text(of: value)) "
                + "and then wrote it"
        )
    }

    /// Each update follows the version it read: that must lead back to one that read nothing.
    private func noteCyclicVersions(_ table: TransactionTable, _ sightings: inout Sightings) {
        var settled: Set<UInt32> = []
        for update in updates where !settled.contains(update) {
            var path: [UInt32] = []
            var places: [UInt32: Int] = [:]
            var next: UInt32? = update
            while let version = next, !settled.contains(version) {
                if let place = places[version] {
                    let circle = path[place...].map { Int($0) }
                    sightings.add(
                        .cyclicVersions,
                        key: UInt32(key),
                        transactions: Array(circle.prefix(4)),
                        "of \(table.words(key)) each of \(circle.count) "
                            + "transactions read the version of the next and wrote over it"
                    )
                    break
                }
                places[version] = path.count
                path.append(version)
                next = parents[version]
            }
            settled.formUnion(path)
        }
    }
}

extension TransactionTable {
    /// Whether the transaction of a write writes the same key again.
    func writesAgain(after step: UInt32) -> Bool {
        let key = steps[Int(step)].key
        let end = extents[Int(owners[Int(step)])].range.upperBound
        return steps[Int(step) + 1..<end].contains { later in
            guard case .write = later.kind else { return false }
            return later.key == key
        }
    }
}
