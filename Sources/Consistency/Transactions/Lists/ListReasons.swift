import Histories

extension ListFacts {
    func reason(_ edge: CycleEdge, _ from: String, _ to: String) -> String {
        let key = table.words(Int(edge.key))
        if edge.kind == .writeRead {
            for step in table.extents[edge.to].range
            where sources[step] == .transaction(UInt32(edge.from))
                && table.steps[step].key.rawValue == edge.key
            {
                guard let extent = table.extentRead(at: UInt32(step)) else { continue }
                let elements = table.history.elements(extent)
                let last = elements.last.map { table.history.text(of: $0) } ?? "?"
                return "\(to) read \(key) = \(table.listText(elements)), whose \(last) "
                    + "\(from) had appended"
            }
        }
        if edge.kind == .readWrite {
            for step in table.extents[edge.from].range
            where fits[step] && table.steps[step].key.rawValue == edge.key {
                guard let extent = table.extentRead(at: UInt32(step)),
                    let missed = append(by: edge.to, key: Int(edge.key), from: Int(extent.count))
                else { continue }
                return "\(from) read \(key) = \(table.listText(table.history.elements(extent)))"
                    + ", without \(to)'s append of \(missed)"
            }
        }
        return overwriteReason(edge, key, from, to)
    }

    private func overwriteReason(
        _ edge: CycleEdge,
        _ key: String,
        _ from: String,
        _ to: String
    ) -> String {
        let valid = versions(of: Int(edge.key)).filter { counts($0) }
        for (earlier, later) in zip(valid, valid.dropFirst())
        where owner(of: earlier) == edge.from && owner(of: later) == edge.to {
            return "\(to)'s append of \(element(later)) to \(key) follows \(from)'s "
                + "\(element(earlier))"
        }
        if let last = valid.last, owner(of: last) == edge.from,
            let missed = append(by: edge.to, key: Int(edge.key), from: .max)
        {
            return "no read of \(key) shows \(to)'s append of \(missed), so it follows "
                + "\(from)'s \(element(last)), the last that was read"
        }
        return "\(to) appended to \(key) after \(from)"
    }

    func loss(at edge: CycleEdge) -> LostAppend? {
        guard edge.kind == .writeWrite || edge.kind == .readWrite, edge.key < byKey.groups,
            table.outcomes[edge.to] == .ok, table.history.clock != .sessions
        else { return nil }
        let isMissing = table.extents[edge.to].range.first { step in
            guard case .append = table.steps[step].kind else { return false }
            return table.steps[step].key.rawValue == edge.key && !observed[step]
        }
        guard let missing = isMissing else { return nil }
        let acknowledged = table.operation(of: edge.to).completed
        let read = byKey[Int(edge.key)].first { step in
            table.extentRead(at: step) != nil
                && table.operation(of: owner(of: step)).invoked > acknowledged
        }
        return read.map {
            LostAppend(writer: edge.to, reader: owner(of: $0), value: element(UInt32(missing)))
        }
    }

    private func element(_ step: UInt32) -> String {
        guard case .append(let value) = table.steps[Int(step)].kind else { return "?" }
        return table.history.text(of: value)
    }

    /// What a transaction appended to a list after its first elements, be it seen or not.
    private func append(by transaction: Int, key: Int, from length: Int) -> String? {
        let order = versions(of: key)
        for step in order.dropFirst(min(length, order.count))
        where counts(step) && owner(of: step) == transaction {
            return element(step)
        }
        for step in table.extents[transaction].range
        where Int(table.steps[step].key.rawValue) == key && !observed[step] {
            if case .append = table.steps[step].kind { return element(UInt32(step)) }
        }
        return nil
    }
}
