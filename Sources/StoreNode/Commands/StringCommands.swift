internal import RESP
internal import Replication

/// GET SET APPEND INCR DECR INCRBY DECRBY MGET MSET.
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
            summary: "Sets the string value of a key, if NX, XX or IFEQ allow, and when it ends.",
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
            name: "decr",
            arity: 2,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "string",
            summary: "Decrements the integer value of a key by one.",
            run: decrement
        ),
        CommandDefinition(
            name: "incrby",
            arity: 3,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "string",
            summary: "Increments the integer value of a key by a number.",
            run: incrementBy
        ),
        CommandDefinition(
            name: "decrby",
            arity: 3,
            flags: ["write", "denyoom", "fast"],
            keys: .one,
            group: "string",
            summary: "Decrements the integer value of a key by a number.",
            run: decrementBy
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
        guard command.count > 3 else { return client.write(.set, command, keys: .one) }
        var flags = Command.Flags()
        var comparison: Int?
        var deadline: Int64?
        let conditions: Command.Flags = [.onlyIfAbsent, .onlyIfPresent, .onlyIfEqual]
        var index = 3
        while index < command.count {
            let earlier = flags.intersection(conditions)
            if command.argument(index, is: "NX"), earlier.isSubset(of: .onlyIfAbsent) {
                flags.insert(.onlyIfAbsent)
            } else if command.argument(index, is: "XX"), earlier.isSubset(of: .onlyIfPresent) {
                flags.insert(.onlyIfPresent)
            } else if command.argument(index, is: "IFEQ"), earlier.isEmpty,
                index + 1 < command.count
            {
                flags.insert(.onlyIfEqual)
                index += 1
                comparison = index
            } else if command.argument(index, is: "GET") {
                flags.insert(.answersEarlier)
            } else if command.argument(index, is: "KEEPTTL"), deadline == nil {
                flags.insert(.keepsDeadline)
            } else if let unit = ExpiryUnit(option: index, of: command), deadline == nil,
                !flags.contains(.keepsDeadline), index + 1 < command.count
            {
                index += 1
                switch unit.deadline(command, at: index, mayBePast: false, "set") {
                case .failure(let refusal):
                    client.reply { $0.writeError(refusal.message) }
                    return .done
                case .success(let time): deadline = time
                }
                flags.formUnion(unit.flags)
            } else {
                client.reply { $0.writeError("ERR syntax error") }
                return .done
            }
            index += 1
        }
        return client.write(
            .set,
            flags: flags,
            command,
            keys: .one,
            until: 3,
            andThen: comparison,
            deadline: deadline
        )
    }

    private static func append(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.write(.append, command, keys: .one)
    }

    private static func increment(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.perform(.increment, key: command[1], [1])
    }

    private static func decrement(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.perform(.increment, key: command[1], [-1])
    }

    private static func incrementBy(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard let delta = command.integer(2) else {
            client.reply { $0.writeError(notAnInteger) }
            return .done
        }
        return client.perform(.increment, key: command[1], [Int64(delta)])
    }

    private static func decrementBy(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard let delta = command.integer(2) else {
            client.reply { $0.writeError(notAnInteger) }
            return .done
        }
        guard delta != Int.min else {
            client.reply { $0.writeError("ERR decrement would overflow") }
            return .done
        }
        return client.perform(.increment, key: command[1], [Int64(-delta)])
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
        return client.write(.setMany, command, keys: .pairs)
    }
}
