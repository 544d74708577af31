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
    case "PEXPIRE", "PEXPIREAT": return expireCommand(rest, isRelative: name == "PEXPIRE")
    case "GETEX": return expireCommand([rest[0], rest[2]], isRelative: false, [.answersValue])
    case "PERSIST": return Command(.persist, rest)
    case "PTTL": return timed(.timeToLive, [], rest)
    case "TTL": return timed(.timeToLive, .inSeconds, rest)
    case "PEXPIRETIME": return timed(.timeToLive, .isAbsolute, rest)
    case "EXPIRED": return Command(.expired, [rest[0], number(rest[1])])
    default: return .noOperation
    }
}

/// Commands as one.
func transaction(_ commands: [String]) -> Command {
    let parts = commands.map { command($0) }
    let kind = parts.allSatisfy(\.isRead) ? Command.Kind.readTransaction : .transaction
    return Command(kind, flags: parts.contains(where: \.isTimed) ? .timed : [], parts.map(\.bytes))
}

/// A command with times; those of a test that speaks to a state have the log time 0.
func timed(
    _ kind: Command.Kind,
    _ flags: Command.Flags,
    _ arguments: [[UInt8]],
    deadline: Int64 = 0
) -> Command {
    var command = Command(
        kind: kind,
        flags: flags.union(.timed),
        argumentCount: arguments.count + 1,
        byteCount: 0
    )
    for (number, argument) in arguments.enumerated() {
        command.append(argument: number, argument)
    }
    command.append(times: arguments.count, deadline: deadline)
    return command
}

private func expireCommand(
    _ words: [[UInt8]],
    isRelative: Bool,
    _ options: Command.Flags = []
) -> Command {
    var flags = options
    if isRelative { flags.insert(.relative) }
    for option in words.dropFirst(2) {
        switch String(decoding: option, as: UTF8.self) {
        case "NX": flags.insert(.onlyIfAbsent)
        case "XX": flags.insert(.onlyIfPresent)
        case "GT": flags.insert(.onlyIfLater)
        default: flags.insert(.onlyIfSooner)
        }
    }
    return timed(.expire, flags, [words[0]], deadline: integer(words[1]))
}

func strings(_ slice: ListSlice) -> [String] {
    slice.elements.map { String(decoding: $0, as: UTF8.self) }
}

private func setCommand(_ words: [[UInt8]]) -> Command {
    var flags = Command.Flags()
    var arguments = Array(words.prefix(2))
    var deadline: Int64?
    var options = words.dropFirst(2).makeIterator()
    while let option = options.next() {
        switch String(decoding: option, as: UTF8.self) {
        case "NX": flags.insert(.onlyIfAbsent)
        case "XX": flags.insert(.onlyIfPresent)
        case "GET": flags.insert(.answersEarlier)
        case "KEEPTTL": flags.insert(.keepsDeadline)
        case "PX", "PXAT":
            if option == Array("PX".utf8) { flags.insert(.relative) }
            deadline = options.next().map { integer($0) }
        default:
            flags.insert(.onlyIfEqual)
            arguments.append(options.next() ?? [])
        }
    }
    if let deadline { return timed(.set, flags, arguments, deadline: deadline) }
    return Command(.set, flags: flags, arguments)
}

private func integer(_ word: [UInt8]) -> Int64 {
    Int64(String(decoding: word, as: UTF8.self)) ?? 0
}

private func number(_ word: [UInt8]) -> [UInt8] {
    let value = integer(word)
    return (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
