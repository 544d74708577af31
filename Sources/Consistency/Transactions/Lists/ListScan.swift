import Histories

/// Looks through all appends to one list and all reads of it.
struct ListScan {
    struct Found {
        var versions: [UInt32] = []
        var observed: [UInt32] = []
        var sources: [(step: UInt32, source: Source)] = []
        var fitting: [UInt32] = []
        var repeated: UInt32?
    }

    /// By value: the append of it to the key at hand; valid where `stamps` has the key's stamp.
    private var appends: [UInt32]
    private var stamps: [UInt32]
    /// By value: in how many reads' examination it was seen last.
    private var seen: [UInt32]
    private var examinations: UInt32 = 0
    /// By step: an append after which its transaction appended to the same key again.
    private var intermediate: [Bool]

    init(values: Int, steps: Int) {
        appends = Array(repeating: 0, count: values)
        stamps = Array(repeating: .max, count: values)
        seen = Array(repeating: 0, count: values)
        intermediate = Array(repeating: false, count: steps)
    }

    mutating func scan(
        key: Int,
        steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) -> Found {
        var found = Found()
        noteAppends(key, steps, table, &found)
        let longest = longestRead(steps, table)
        let order = longest.map { Array(table.history.elements($0)) } ?? []
        found.versions = versions(order, key: key, table)
        var examined = ReadsOfKey(key: key, order: order)
        for step in steps {
            guard let extent = table.extentRead(at: step) else { continue }
            read(step, extent, &examined, table, &found, &sightings)
        }
        found.observed.append(
            contentsOf: found.versions.filter { $0 != TransactionTable.nobody }
        )
        noteDirtyUpdates(key, order, table, &sightings)
        var run = ListRuns(key: key, order: order)
        run.scan(steps, table, &sightings)
        return found
    }

    private mutating func noteAppends(
        _ key: Int,
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ found: inout Found
    ) {
        var previous: UInt32?
        for step in steps {
            guard case .append(let value) = table.steps[Int(step)].kind else { continue }
            let index = Int(value.rawValue)
            let owner = table.owners[Int(step)]
            if let previous, table.owners[Int(previous)] == owner {
                intermediate[Int(previous)] = true
            }
            previous = step
            guard stamps[index] == UInt32(key) else {
                stamps[index] = UInt32(key)
                appends[index] = step
                continue
            }
            // What failed is not there, so whoever else wrote the same did.
            let other = Int(table.owners[Int(appends[index])])
            if table.outcomes[other] == .failed {
                appends[index] = step
            } else if table.outcomes[Int(owner)] != .failed {
                found.repeated = step
            }
        }
    }

    private func longestRead(_ steps: ArraySlice<UInt32>, _ table: TransactionTable) -> Extent? {
        var longest: Extent?
        for step in steps {
            guard let extent = table.extentRead(at: step) else { continue }
            if extent.count > longest?.count ?? 0 { longest = extent }
        }
        return longest
    }

    private func append(of value: ValueID, key: Int) -> UInt32? {
        stamps[Int(value.rawValue)] == UInt32(key) ? appends[Int(value.rawValue)] : nil
    }

    private mutating func versions(
        _ order: [ValueID],
        key: Int,
        _ table: TransactionTable
    ) -> [UInt32] {
        examinations += 1
        return order.map { value in
            let index = Int(value.rawValue)
            guard seen[index] != examinations, let step = append(of: value, key: key),
                table.outcomes[Int(table.owners[Int(step)])] != .failed
            else { return TransactionTable.nobody }
            seen[index] = examinations
            return step
        }
    }

    /// The reads of one key, and how far they were already looked at.
    private struct ReadsOfKey {
        let key: Int
        let order: [ValueID]
        /// How many elements of the order were examined: no read needs to examine them again.
        var examined = 0
    }

    private mutating func read(
        _ step: UInt32,
        _ extent: Extent,
        _ reads: inout ReadsOfKey,
        _ table: TransactionTable,
        _ found: inout Found,
        _ sightings: inout Sightings
    ) {
        let elements = table.history.elements(extent)
        let key = reads.key
        let reader = Int(table.owners[Int(step)])
        let fits = elements.elementsEqual(reads.order.prefix(elements.count))
        if fits {
            found.fitting.append(step)
            if elements.count > reads.examined {
                examine(elements, from: reads.examined, key, reader, table, &sightings)
                reads.examined = elements.count
            }
        } else {
            sightings.add(
                .incompatibleOrder,
                key: UInt32(key),
                transactions: [reader],
                "\(Sightings.one) read \(table.words(key)) = "
                    + "\(table.listText(elements)), but another read shows "
                    + "\(table.listText(reads.order[...]))"
            )
            examine(elements, from: 0, key, reader, table, &sightings)
            for value in elements {
                guard let step = append(of: value, key: key),
                    table.outcomes[Int(table.owners[Int(step)])] != .failed
                else { continue }
                found.observed.append(step)
            }
        }
        guard let last = elements.last else {
            found.sources.append((step, .initial))
            return
        }
        guard let written = append(of: last, key: key) else { return }
        let writer = Int(table.owners[Int(written)])
        guard writer != reader, table.outcomes[writer] != .failed else { return }
        found.sources.append((step, .transaction(UInt32(writer))))
        if intermediate[Int(written)] {
            sightings.add(
                .g1b,
                key: UInt32(key),
                transactions: [writer, reader],
                "\(Sightings.two) read \(table.words(key)) = \(table.listText(elements)): "
                    + "\(Sightings.one) appended more to it than \(table.history.text(of: last))"
            )
        }
    }

    /// Elements that failed transactions appended, that nobody did, or that are there twice.
    private mutating func examine(
        _ elements: ArraySlice<ValueID>,
        from first: Int,
        _ key: Int,
        _ reader: Int,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        var name: String { table.words(key) }
        examinations += 1
        for (place, value) in elements.enumerated() {
            let index = Int(value.rawValue)
            let twice = seen[index] == examinations
            seen[index] = examinations
            guard place >= first else { continue }
            let text = table.history.text(of: value)
            if twice {
                sightings.add(
                    .duplicateElements,
                    key: UInt32(key),
                    transactions: [reader],
                    "\(Sightings.one) read \(name) = \(table.listText(elements)): "
                        + "\(text) is there twice"
                )
                continue
            }
            guard let step = append(of: value, key: key) else {
                sightings.add(
                    .garbageRead,
                    key: UInt32(key),
                    transactions: [reader],
                    "\(Sightings.one) read \(name) = \(table.listText(elements)): "
                        + "nobody appended \(text)"
                )
                continue
            }
            let writer = Int(table.owners[Int(step)])
            guard table.outcomes[writer] == .failed else { continue }
            sightings.add(
                .g1a,
                key: UInt32(key),
                transactions: [writer, reader],
                "\(Sightings.two) read \(name) = \(table.listText(elements)): "
                    + "\(Sightings.one), which appended \(text), failed"
            )
        }
    }

    private func noteDirtyUpdates(
        _ key: Int,
        _ order: [ValueID],
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        var failed: (writer: Int, value: ValueID)?
        for value in order {
            guard let step = append(of: value, key: key) else { continue }
            let writer = Int(table.owners[Int(step)])
            switch table.outcomes[writer] {
            case .failed: failed = (writer, value)
            case .unknown: continue
            case .ok:
                guard let dirty = failed else { continue }
                failed = nil
                sightings.add(
                    .dirtyUpdate,
                    key: UInt32(key),
                    transactions: [dirty.writer, writer],
                    "\(Sightings.two)'s \(table.history.text(of: value)) follows "
                        + "\(Sightings.one)'s "
                        + "\(table.history.text(of: dirty.value)) in "
                        + "\(table.words(key)), but \(Sightings.one) failed"
                )
            }
        }
    }
}

extension TransactionTable {
    /// What a list read found, if it was answered.
    func extentRead(at step: UInt32) -> Extent? {
        guard case .readAll(let extent?) = steps[Int(step)].kind,
            outcomes[Int(owners[Int(step)])] == .ok
        else { return nil }
        return extent
    }

    /// A list, of a long one the last few elements.
    func listText(_ elements: ArraySlice<ValueID>) -> String {
        let shown = elements.suffix(6).map { history.text(of: $0) }
        let dots = elements.count > shown.count ? ["..."] : []
        return "[" + (dots + shown).joined(separator: " ") + "]"
    }
}
