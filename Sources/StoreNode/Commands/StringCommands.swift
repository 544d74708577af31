internal import RESP
internal import Replication

/// GET SET APPEND INCR MGET MSET.
enum StringCommands {
    static let all = [
        CommandDefinition(
            name: "get",
            arity: 2,
            flags: ["readonly", "fast"],
            keys: .one,
            group: "string",
            summary: "Returns the string value of a key.",
            run: get
        ),
        CommandDefinition(
            name: "set",
            arity: -3,
            flags: ["write", "denyoom"],
            keys: .one,
            group: "string",
            summary: "Sets the string value of a key; NX and XX make it conditional.",
            run: set
        ),
        CommandDefinition(
            name: "append",
            arity: 3,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "string",
            summary: "Appends a string to the value of a key.",
            run: append
        ),
        CommandDefinition(
            name: "incr",
            arity: 2,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "string",
            summary: "Increments the integer value of a key by one.",
            run: increment
        ),
        CommandDefinition(
            name: "mget",
            arity: -2,
            flags: ["readonly", "fast"],
            keys: .all,
            group: "string",
            summary: "Returns the string values of keys of one hash slot.",
            run: getMany
        ),
        CommandDefinition(
            name: "mset",
            arity: -3,
            flags: ["write", "denyoom"],
            keys: .pairs,
            group: "string",
            summary: "Sets the string values of keys of one hash slot, all at once.",
            run: setMany
        ),
    ]

    private static func get(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.readOne(command[1])
    }

    private static func set(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        var flags = Command.Flags()
        for index in 3..<max(3, command.count) {
            if command.argument(index, is: "NX") {
                flags.insert(.onlyIfAbsent)
            } else if command.argument(index, is: "XX") {
                flags.insert(.onlyIfPresent)
            } else {
                let message = refusal(ofOption: command[index].text)
                client.reply { $0.writeError(message) }
                return .done
            }
        }
        guard flags != [.onlyIfAbsent, .onlyIfPresent] else {
            client.reply { $0.writeError("ERR syntax error") }
            return .done
        }
        return client.write(.set, flags: flags, command, firstKey: 1, keyStep: 2, until: 3)
    }

    /// Options that Redis knows and this store does not are named, so that nobody has to guess.
    private static func refusal(ofOption option: String) -> String {
        switch option.uppercased() {
        case "EX", "PX", "EXAT", "PXAT", "KEEPTTL":
            "ERR syntax error: keys do not expire, \(option.uppercased()) is not supported"
        case "GET": "ERR syntax error: SET with GET is not supported"
        default: "ERR syntax error"
        }
    }

    private static func append(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.write(.append, command, firstKey: 1, keyStep: 2, until: 3)
    }

    private static func increment(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.increment(command[1], by: 1)
    }

    private static func getMany(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.readMany(.getMany, command)
    }

    private static func setMany(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard command.count % 2 == 1 else {
            client.reply { $0.writeError(wrongArgumentCount("mset")) }
            return .done
        }
        return client.write(.setMany, command, firstKey: 1, keyStep: 2, until: command.count)
    }
}
