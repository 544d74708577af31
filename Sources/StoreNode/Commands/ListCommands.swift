internal import RESP
internal import Replication

/// RPUSH LPUSH LLEN LRANGE.
enum ListCommands {
    static let all = [
        CommandDefinition(
            name: "rpush",
            arity: -3,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "list",
            summary: "Appends elements to a list, which it creates where there is none.",
            run: pushRight
        ),
        CommandDefinition(
            name: "lpush",
            arity: -3,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "list",
            summary: "Prepends elements to a list, which it creates where there is none.",
            run: pushLeft
        ),
        CommandDefinition(
            name: "llen",
            arity: 2,
            flags: ["readonly", "fast"],
            keys: .one,
            group: "list",
            summary: "Returns the length of a list.",
            run: length
        ),
        CommandDefinition(
            name: "lrange",
            arity: 4,
            flags: ["readonly"],
            keys: .one,
            group: "list",
            summary: "Returns a range of a list's elements, if it fits into one reply.",
            run: range
        ),
    ]

    private static func pushRight(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.write(.pushRight, command, keys: .one)
    }

    private static func pushLeft(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.write(.pushLeft, command, keys: .one)
    }

    private static func length(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.readMany(.length, command)
    }

    private static func range(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard let start = command.integer(2), let stop = command.integer(3) else {
            client.reply { $0.writeError(notAnInteger) }
            return .done
        }
        return client.perform(.range, key: command[1], [Int64(start), Int64(stop)])
    }
}
