internal import RESP
internal import Replication

/// EXPIRE PEXPIRE EXPIREAT PEXPIREAT TTL PTTL EXPIRETIME PEXPIRETIME PERSIST SETEX PSETEX GETEX.
enum ExpiryCommands {
    static let all = [
        expire("expire", .seconds, "Gives a key so many seconds to live."),
        expire("pexpire", .milliseconds, "Gives a key so many milliseconds to live."),
        expire("expireat", .unixSeconds, "Gives a key a Unix time, in seconds, to end at."),
        expire(
            "pexpireat",
            .unixMilliseconds,
            "Gives a key a Unix time, in milliseconds, to end at."
        ),
        timeToLive("ttl", [.inSeconds], "Returns how many seconds a key has to live."),
        timeToLive("pttl", [], "Returns how many milliseconds a key has to live."),
        timeToLive(
            "expiretime",
            [.inSeconds, .isAbsolute],
            "Returns the Unix time, in seconds, at which a key ends."
        ),
        timeToLive(
            "pexpiretime",
            [.isAbsolute],
            "Returns the Unix time, in milliseconds, at which a key ends."
        ),
        CommandDefinition(
            name: "persist",
            arity: 2,
            flags: ["write", "fast"],
            keys: .one,
            group: "generic",
            summary: "Lets a key stay.",
            run: { command, client in client.write(.persist, command, keys: .one) }
        ),
        setWithTime("setex", .seconds, "Sets the string value of a key for so many seconds."),
        setWithTime(
            "psetex",
            .milliseconds,
            "Sets the string value of a key for so many milliseconds."
        ),
        CommandDefinition(
            name: "getex",
            arity: -2,
            flags: ["write", "fast"],
            keys: .one,
            group: "string",
            summary: "Returns the string value of a key, and changes when it ends.",
            run: getAndExpire
        ),
    ]

    private static func expire(
        _ name: String,
        _ unit: ExpiryUnit,
        _ summary: StaticString
    ) -> CommandDefinition {
        CommandDefinition(
            name: name,
            arity: -3,
            flags: ["write", "fast"],
            keys: .one,
            group: "generic",
            summary: summary,
            run: { command, client in
                var flags = unit.flags
                for index in 3..<max(3, command.count) {
                    if command.argument(index, is: "NX") {
                        flags.insert(.onlyIfAbsent)
                    } else if command.argument(index, is: "XX") {
                        flags.insert(.onlyIfPresent)
                    } else if command.argument(index, is: "GT") {
                        flags.insert(.onlyIfLater)
                    } else if command.argument(index, is: "LT") {
                        flags.insert(.onlyIfSooner)
                    } else {
                        return refuse(client, "ERR Unsupported option \(command[index].text)")
                    }
                }
                if let problem = contradiction(flags) { return refuse(client, problem) }
                return change(command, at: 2, unit, flags, client, name)
            }
        )
    }

    private static func contradiction(_ flags: Command.Flags) -> String? {
        let others: Command.Flags = [.onlyIfPresent, .onlyIfLater, .onlyIfSooner]
        if flags.contains(.onlyIfAbsent), !flags.isDisjoint(with: others) {
            return "ERR NX and XX, GT or LT options at the same time are not compatible"
        }
        if flags.contains([.onlyIfLater, .onlyIfSooner]) {
            return "ERR GT and LT options at the same time are not compatible"
        }
        return nil
    }

    /// Asks for a key's deadline to be what the argument at `index` says.
    private static func change(
        _ command: borrowing ClientCommand,
        at index: Int,
        _ unit: ExpiryUnit,
        _ flags: Command.Flags,
        _ client: ClientConnection,
        _ name: String
    ) -> Execution {
        switch unit.deadline(command, at: index, mayBePast: !flags.contains(.answersValue), name) {
        case .failure(let refusal): return refuse(client, refusal.message)
        case .success(let deadline):
            return client.write(
                .expire,
                flags: flags,
                command,
                keys: .one,
                until: 2,
                deadline: deadline
            )
        }
    }

    private static func timeToLive(
        _ name: String,
        _ flags: Command.Flags,
        _ summary: StaticString
    ) -> CommandDefinition {
        CommandDefinition(
            name: name,
            arity: 2,
            flags: ["readonly", "fast"],
            keys: .one,
            group: "generic",
            summary: summary,
            run: { command, client in client.readTimeToLive(command, flags) }
        )
    }

    private static func setWithTime(
        _ name: String,
        _ unit: ExpiryUnit,
        _ summary: StaticString
    ) -> CommandDefinition {
        CommandDefinition(
            name: name,
            arity: 4,
            flags: ["write", "denyoom"],
            keys: .one,
            group: "string",
            summary: summary,
            run: { command, client in
                switch unit.deadline(command, at: 2, mayBePast: false, name) {
                case .failure(let refusal): return refuse(client, refusal.message)
                case .success(let deadline):
                    return client.write(
                        .set,
                        flags: unit.flags,
                        command,
                        keys: .one,
                        until: 2,
                        andThen: 3,
                        deadline: deadline
                    )
                }
            }
        )
    }

    private static func getAndExpire(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        if command.count == 2 { return client.readOne(command[1]) }
        if command.count == 3, command.argument(2, is: "PERSIST") {
            return client.write(
                .persist,
                flags: .answersValue,
                command,
                keys: .one,
                until: 2
            )
        }
        guard command.count == 4, let unit = ExpiryUnit(option: 2, of: command) else {
            return refuse(client, "ERR syntax error")
        }
        return change(command, at: 3, unit, unit.flags.union(.answersValue), client, "getex")
    }

    private static func refuse(_ client: ClientConnection, _ message: String) -> Execution {
        client.reply { $0.writeError(message) }
        return .done
    }
}

/// What a client counts a deadline in, and from when.
enum ExpiryUnit {
    case seconds
    case milliseconds
    case unixSeconds
    case unixMilliseconds

    /// The option of SET and GETEX at a place; nil where that is none.
    init?(option index: Int, of command: borrowing ClientCommand) {
        if command.argument(index, is: "EX") {
            self = .seconds
        } else if command.argument(index, is: "PX") {
            self = .milliseconds
        } else if command.argument(index, is: "EXAT") {
            self = .unixSeconds
        } else if command.argument(index, is: "PXAT") {
            self = .unixMilliseconds
        } else {
            return nil
        }
    }

    private var isRelative: Bool { self == .seconds || self == .milliseconds }

    var flags: Command.Flags { isRelative ? [.timed, .relative] : .timed }

    /// Why a time cannot be one.
    enum Refusal: Error {
        case notAnInteger
        case invalid(command: String)

        var message: String {
            switch self {
            case .notAnInteger: StoreNode.notAnInteger
            case .invalid(let command): "ERR invalid expire time in '\(command)' command"
            }
        }
    }

    /// So far ahead nobody's log time is that a deadline could pass the end of the numbers.
    private static let longest = Int64.max / 2

    /// Milliseconds, from the log time on where the unit counts from there.
    func deadline(
        _ command: borrowing ClientCommand,
        at index: Int,
        mayBePast: Bool,
        _ name: String
    ) -> Result<Int64, Refusal> {
        guard let number = command.integer(index) else { return .failure(.notAnInteger) }
        let isInSeconds = self == .seconds || self == .unixSeconds
        let (time, overflows) = Int64(number).multipliedReportingOverflow(
            by: isInSeconds ? 1_000 : 1
        )
        guard !overflows, mayBePast || time > 0, !isRelative || time <= Self.longest else {
            return .failure(.invalid(command: name))
        }
        return .success(time)
    }
}
