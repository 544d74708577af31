import Histories

extension RegisterFacts {
    func reason(_ edge: CycleEdge, _ from: String, _ to: String) -> String {
        let key = table.words(Int(edge.key))
        switch edge.kind {
        case .writeRead:
            let value = value(readBy: edge.to, of: edge.key, from: .transaction(UInt32(edge.from)))
            return "\(to) read \(key) = \(value), which \(from) had written"
        case .readWrite, .readWriteByProcess, .readWriteByTime:
            let before = value(readBy: edge.from, of: edge.key, from: nil)
            let after = value(writtenBy: edge.to, to: edge.key)
            let read = "\(from) read \(key) = \(before)"
            switch edge.kind {
            case .readWriteByTime:
                return "\(read), which was there before \(to) began to write \(after)"
            case .readWriteByProcess:
                return "\(read), which "
                    + "\(table.process(of: edge.to)) had written before it wrote \(after) in \(to)"
            default: return "\(read), over which \(to) wrote \(after)"
            }
        default:
            let after = value(writtenBy: edge.to, to: edge.key)
            guard hasRead(edge.to, edge.key, of: edge.from) else {
                return "\(from) wrote \(key) = \(value(writtenBy: edge.from, to: edge.key)) "
                    + "before \(to) wrote \(after)"
            }
            return "\(to) read \(key) as \(from) wrote it, and wrote \(after) over it"
        }
    }

    private func hasRead(_ transaction: Int, _ key: UInt32, of writer: Int) -> Bool {
        table.extents[transaction].range.contains { step in
            table.steps[step].key.rawValue == key && sources[step] == .transaction(UInt32(writer))
        }
    }

    private func value(readBy transaction: Int, of key: UInt32, from source: Source?) -> String {
        for step in table.extents[transaction].range
        where table.steps[step].key.rawValue == key && sources[step] != .none {
            guard case .read(let value?) = table.steps[step].kind,
                source == nil || sources[step] == source
            else { continue }
            return table.history.text(of: value)
        }
        return "?"
    }

    private func value(writtenBy transaction: Int, to key: UInt32) -> String {
        for step in table.extents[transaction].range.reversed()
        where table.steps[step].key.rawValue == key {
            if case .write(let value) = table.steps[step].kind {
                return table.history.text(of: value)
            }
        }
        return "?"
    }
}
