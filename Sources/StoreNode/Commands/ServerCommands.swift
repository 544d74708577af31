internal import NIOCore
internal import RESP

/// INFO CONFIG COMMAND.
enum ServerCommands {
    static let all = [
        CommandDefinition(
            name: "info",
            arity: -1,
            flags: ["loading", "stale"],
            group: "server",
            summary: "Tells about the server, by section.",
            run: information
        ),
        CommandDefinition(
            name: "config",
            arity: -2,
            flags: ["admin", "noscript", "loading", "stale"],
            queueing: .answered,
            group: "server",
            summary: "Tells settings that clients of Redis ask for: CONFIG GET.",
            run: config
        ),
        CommandDefinition(
            name: "command",
            arity: -1,
            flags: ["loading", "stale"],
            queueing: .answered,
            group: "server",
            summary: "Tells about commands: COUNT, DOCS, INFO, LIST, or all of it.",
            run: describeCommands
        ),
    ]

    private static func information(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        var names: [String] = []
        for index in 1..<max(1, command.count) { names.append(command[index].text.lowercased()) }
        let text = client.node.information(sections: names)
        let version = client.session.version
        client.reply { $0.writeVerbatim(text, version) }
        return .done
    }

    private static func config(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard command.argument(1, is: "GET"), command.count > 2 else {
            let message = command.subcommandRefusal(of: "config", known: ["get"])
            client.reply { $0.writeError(message) }
            return .done
        }
        var patterns: [GlobPattern] = []
        for index in 2..<command.count {
            let name = Array(command[index].text.lowercased().utf8)
            patterns.append(GlobPattern(name.span))
        }
        let settings = client.node.configuration.settings.filter { setting in
            let name = Array(setting.name.utf8)
            return patterns.contains { pattern in
                unsafe name.withUnsafeBytes { unsafe pattern.matches($0) }
            }
        }
        let version = client.session.version
        client.reply { buffer in
            buffer.writeMapHeader(count: settings.count, version)
            for setting in settings {
                buffer.writeBulk(setting.name)
                buffer.writeBulk(setting.value)
            }
        }
        return .done
    }
}

// MARK: COMMAND

extension ServerCommands {
    private static func describeCommands(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        let version = client.session.version
        guard command.count > 1 else {
            client.reply { write(CommandTable.commands.definitions, to: &$0) }
            return .done
        }
        if command.argument(1, is: "COUNT"), command.count == 2 {
            client.reply { $0.writeRESPInteger(CommandTable.commands.definitions.count) }
        } else if command.argument(1, is: "DOCS") {
            let definitions = chosen(command).compactMap(\.self)
            client.reply { writeDocumentation(definitions, to: &$0, version) }
        } else if command.argument(1, is: "INFO") {
            let definitions = chosen(command)
            client.reply { buffer in
                buffer.writeArrayHeader(count: definitions.count)
                for definition in definitions {
                    if let definition {
                        write(definition, to: &buffer)
                    } else {
                        buffer.writeNullArray(version)
                    }
                }
            }
        } else if command.argument(1, is: "LIST"), command.count == 2 {
            client.reply { buffer in
                buffer.writeArrayHeader(count: CommandTable.commands.definitions.count)
                for definition in CommandTable.commands.definitions {
                    buffer.writeBulk(definition.name)
                }
            }
        } else {
            let known = ["count", "docs", "info", "list"]
            let message = command.subcommandRefusal(of: "command", known: known)
            client.reply { $0.writeError(message) }
        }
        return .done
    }

    /// The commands that are named behind the subcommand, nil for unknown ones; all where none is.
    private static func chosen(_ command: borrowing ClientCommand) -> [CommandDefinition?] {
        let table = CommandTable.commands
        guard command.count > 2 else { return table.definitions }
        var chosen: [CommandDefinition?] = []
        for index in 2..<command.count {
            chosen.append(table.index(of: command[index]).map { table.definitions[$0] })
        }
        return chosen
    }

    private static func write(_ definitions: [CommandDefinition], to buffer: inout ByteBuffer) {
        buffer.writeArrayHeader(count: definitions.count)
        for definition in definitions { write(definition, to: &buffer) }
    }

    /// Redis 7's ten fields; categories, tips, key specifications and subcommands are left empty.
    private static func write(_ definition: CommandDefinition, to buffer: inout ByteBuffer) {
        buffer.writeArrayHeader(count: 10)
        buffer.writeBulk(definition.name)
        buffer.writeRESPInteger(definition.arity)
        buffer.writeArrayHeader(count: definition.flags.count)
        for flag in definition.flags { buffer.writeSimpleString(flag) }
        buffer.writeRESPInteger(definition.keys.first)
        buffer.writeRESPInteger(definition.keys.last)
        buffer.writeRESPInteger(definition.keys.step)
        for _ in 0..<4 { buffer.writeArrayHeader(count: 0) }
    }

    private static func writeDocumentation(
        _ definitions: [CommandDefinition],
        to buffer: inout ByteBuffer,
        _ version: RESPVersion
    ) {
        buffer.writeMapHeader(count: definitions.count, version)
        for definition in definitions {
            buffer.writeBulk(definition.name)
            buffer.writeMapHeader(count: 3, version)
            buffer.writeBulk("summary")
            buffer.writeBulk("\(definition.summary)")
            buffer.writeBulk("since")
            buffer.writeBulk(Version.keel)
            buffer.writeBulk("group")
            buffer.writeBulk("\(definition.group)")
        }
    }
}
