/// RPUSH LPUSH LLEN LRANGE.
extension KeyValueState {
    mutating func push(_ command: Command) -> CommandReply {
        var elements = command.arguments
        guard command.argumentCount >= 2, let key = elements.next() else { return .null }
        let isLeft = command.kind == .pushLeft
        var count = 0
        let isDone = changeList(key) { list in
            while let element = elements.next() {
                if isLeft { list.pushLeft(element) } else { list.pushRight(element) }
            }
            count = list.count
        }
        return isDone ? .integer(Int64(count)) : .failure(.wrongType)
    }

    func length(_ command: Command) -> CommandReply {
        guard let record = command.first.flatMap({ find($0) }) else { return .integer(0) }
        guard record.isList else { return .failure(.wrongType) }
        return .integer(Int64(list(record.key)?.count ?? 0))
    }

    func range(_ command: Command) -> CommandReply {
        guard command.argumentCount == 3,
            let start = Self.integer(littleEndian: command.argument(1)),
            let stop = Self.integer(littleEndian: command.argument(2))
        else { return .null }
        guard let record = find(command.argument(0)) else {
            return .elements(ListSlice(pieces: []))
        }
        guard record.isList, let list = list(record.key) else { return .failure(.wrongType) }
        let count = Int64(list.count)
        // Counted from the end where negative; whatever lies outside is left out.
        let first = max(0, start < 0 ? start + count : start)
        let last = min(count - 1, stop < 0 ? stop + count : stop)
        guard first <= last else { return .elements(ListSlice(pieces: [])) }
        return .elements(list.slice(Int(first)..<Int(last) + 1))
    }
}
