import Replication

/// Commands as a client would type them, for tests that speak to a state or a core directly.
func command(_ text: String) -> Command {
    let words = text.split(separator: " ").map { Array($0.utf8) }
    let name = text.split(separator: " ").first ?? ""
    let rest = Array(words.dropFirst())
    switch name {
    case "SET": return setCommand(rest)
    case "GET": return Command(.get, rest)
    case "MGET": return Command(.getMany, rest)
    case "MSET": return Command(.setMany, rest)
    case "DEL": return Command(.delete, rest)
    case "EXISTS": return Command(.exists, rest)
    case "APPEND": return Command(.append, rest)
    case "INCRBY": return Command(.increment, [rest[0], number(rest[1])])
    case "RPUSH": return Command(.pushRight, rest)
    case "LPUSH": return Command(.pushLeft, rest)
    case "LLEN": return Command(.length, rest)
    case "LRANGE": return Command(.range, [rest[0], number(rest[1]), number(rest[2])])
    case "TYPE": return Command(.type, rest)
    case "WATCH": return Command(.watch, rest)
    default: return .noOperation
    }
}

/// Commands as one.
func transaction(_ commands: [String]) -> Command {
    let parts = commands.map { command($0) }
    let kind = parts.allSatisfy(\.isRead) ? Command.Kind.readTransaction : .transaction
    return Command(kind, parts.map(\.bytes))
}

func strings(_ slice: ListSlice) -> [String] {
    slice.elements.map { String(decoding: $0, as: UTF8.self) }
}

private func setCommand(_ words: [[UInt8]]) -> Command {
    var flags = Command.Flags()
    var arguments = Array(words.prefix(2))
    var options = words.dropFirst(2).makeIterator()
    while let option = options.next() {
        switch String(decoding: option, as: UTF8.self) {
        case "NX": flags.insert(.onlyIfAbsent)
        case "XX": flags.insert(.onlyIfPresent)
        case "GET": flags.insert(.answersEarlier)
        default:
            flags.insert(.onlyIfEqual)
            arguments.append(options.next() ?? [])
        }
    }
    return Command(.set, flags: flags, arguments)
}

private func number(_ word: [UInt8]) -> [UInt8] {
    let value = Int64(String(decoding: word, as: UTF8.self)) ?? 0
    return (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
