import Histories

/// What single transactions did to one list, step by step.
struct ListRuns {
    let key: Int
    let order: [ValueID]
    /// By length of the list: the transaction that read it so and appended to it.
    private var updaters: [Int: Int] = [:]

    init(key: Int, order: [ValueID]) {
        self.key = key
        self.order = order
    }

    /// - Parameter steps: All of the key, those of one transaction in a row.
    mutating func scan(
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        var start = steps.startIndex
        while start < steps.endIndex {
            let owner = table.owners[Int(steps[start])]
            var end = start + 1
            while end < steps.endIndex, table.owners[Int(steps[end])] == owner { end += 1 }
            if end - start > 1, table.outcomes[Int(owner)] == .ok {
                run(Int(owner), steps[start..<end], table, &sightings)
            }
            start = end
        }
    }

    private mutating func run(
        _ transaction: Int,
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        var known: Extent?
        var own: [ValueID] = []
        var firstRead: Extent?
        var lastRead: Extent?
        var hasAppended = false
        for step in steps {
            switch table.steps[Int(step)].kind {
            case .append(let value):
                own.append(value)
                hasAppended = true
                if let lastRead, table.history.elements(lastRead).contains(value) {
                    sightings.add(
                        .futureRead,
                        key: UInt32(key),
                        transactions: [transaction],
                        "\(Sightings.one) read \(table.history.text(of: value)) in "
                            + "\(table.words(key)) before it appended it"
                    )
                }
            case .readAll(let extent?):
                if firstRead == nil, !hasAppended { firstRead = extent }
                let elements = table.history.elements(extent)
                if !agrees(elements, known, own, table) {
                    let before = known.map { table.listText(table.history.elements($0)) }
                    let added = own.map { table.history.text(of: $0) }.joined(separator: " ")
                    sightings.add(
                        .internal,
                        key: UInt32(key),
                        transactions: [transaction],
                        "\(Sightings.one) read \(table.words(key)) = "
                            + "\(table.listText(elements)), after it had "
                            + Self.done(before, added)
                    )
                }
                known = extent
                lastRead = extent
                own = []
            default: continue
            }
        }
        noteUpdate(transaction, firstRead, steps, table, &sightings)
    }

    /// What a transaction had seen of a list and added to it before it read it again.
    private static func done(_ before: String?, _ added: String) -> String {
        let parts = [before.map { "seen \($0)" }, added.isEmpty ? nil : "appended \(added)"]
        return parts.compactMap { $0 }.joined(separator: " and ")
    }

    private func agrees(
        _ elements: ArraySlice<ValueID>,
        _ known: Extent?,
        _ own: [ValueID],
        _ table: TransactionTable
    ) -> Bool {
        guard let known else { return elements.suffix(own.count).elementsEqual(own) }
        let before = table.history.elements(known)
        return elements.count == before.count + own.count
            && elements.prefix(before.count).elementsEqual(before)
            && elements.suffix(own.count).elementsEqual(own)
    }

    private mutating func noteUpdate(
        _ transaction: Int,
        _ firstRead: Extent?,
        _ steps: ArraySlice<UInt32>,
        _ table: TransactionTable,
        _ sightings: inout Sightings
    ) {
        guard let firstRead else { return }
        let elements = table.history.elements(firstRead)
        let appends = steps.contains {
            if case .append = table.steps[Int($0)].kind { true } else { false }
        }
        guard appends, elements.elementsEqual(order.prefix(elements.count)) else { return }
        guard let other = updaters[elements.count] else {
            updaters[elements.count] = transaction
            return
        }
        sightings.add(
            .lostUpdate,
            key: UInt32(key),
            transactions: [other, transaction],
            "both read \(table.words(key)) = \(table.listText(elements)) and "
                + "then appended to it"
        )
    }
}
