internal import RESP
internal import Replication

/// DEL EXISTS TYPE DBSIZE SCAN.
enum KeyCommands {
    static let all = [
        CommandDefinition(
            name: "del",
            arity: -2,
            flags: ["write"],
            keys: .all,
            group: "generic",
            summary: "Deletes keys of one hash slot.",
            run: delete
        ),
        CommandDefinition(
            name: "exists",
            arity: -2,
            flags: ["readonly", "fast"],
            keys: .all,
            group: "generic",
            summary: "Counts which of the keys of one hash slot exist.",
            run: exists
        ),
        CommandDefinition(
            name: "type",
            arity: 2,
            flags: ["readonly", "fast"],
            keys: .one,
            group: "generic",
            summary: "Returns what a key holds: string, list or none.",
            run: type
        ),
        CommandDefinition(
            name: "dbsize",
            arity: 1,
            flags: ["readonly", "fast"],
            group: "server",
            summary: "Returns the number of keys in the shards this node is the primary of.",
            run: databaseSize
        ),
        CommandDefinition(
            name: "scan",
            arity: -2,
            flags: ["readonly"],
            group: "generic",
            summary: "Iterates over the keys in the shards this node is the primary of.",
            run: scan
        ),
    ]

    private static func delete(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.write(.delete, command, keys: .all)
    }

    private static func exists(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.readMany(.exists, command)
    }

    private static func type(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.readMany(.type, command)
    }

    private static func databaseSize(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        let count = client.node.keyCount
        client.reply { $0.writeRESPInteger(count) }
        return .done
    }

    /// How many keys one call may look at, whatever `COUNT` asks for.
    private static let scanLimit = 100_000

    private static func scan(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard let cursor = UInt64(command[1].text) else {
            client.reply { $0.writeError("ERR invalid cursor") }
            return .done
        }
        var limit = 10
        var pattern: GlobPattern?
        var index = 2
        while index < command.count {
            guard index + 1 < command.count else { return refuse(client, "ERR syntax error") }
            if command.argument(index, is: "COUNT") {
                guard let count = command.integer(index + 1) else {
                    return refuse(client, notAnInteger)
                }
                guard count > 0 else { return refuse(client, "ERR syntax error") }
                limit = min(count, scanLimit)
            } else if command.argument(index, is: "MATCH") {
                pattern = GlobPattern(command[index + 1])
            } else {
                return refuse(client, "ERR syntax error")
            }
            index += 2
        }
        let found = client.node.scan(from: ScanCursor(cursor), limit: limit)
        let keys = found.records.filter { record in
            guard let pattern else { return true }
            return unsafe record.bytes.withUnsafeBytes {
                unsafe pattern.matches(UnsafeRawBufferPointer(rebasing: $0[record.keyRange]))
            }
        }
        client.reply { buffer in
            buffer.writeArrayHeader(count: 2)
            buffer.writeBulk(String(found.next.value))
            buffer.writeArrayHeader(count: keys.count)
            for record in keys { buffer.writeBulk(record.bytes.span.extracting(record.keyRange)) }
        }
        return .done
    }

    private static func refuse(_ client: ClientConnection, _ message: String) -> Execution {
        client.reply { $0.writeError(message) }
        return .done
    }
}

/// Where a scan stands: the shard, and the place in its table; 0 is both the start and the end.
struct ScanCursor {
    var shard: Int
    var place: UInt32

    init(shard: Int, place: UInt32) {
        self.shard = shard
        self.place = place
    }

    init(_ value: UInt64) {
        shard = Int(value >> 32)
        place = UInt32(truncatingIfNeeded: value)
    }

    var value: UInt64 { UInt64(shard) << 32 | UInt64(place) }
}
