internal import RESP

/// PING ECHO HELLO CLIENT SELECT READONLY READWRITE QUIT RESET.
enum ConnectionCommands {
    static let all = [
        CommandDefinition(
            name: "ping",
            arity: -1,
            flags: ["fast"],
            queueing: .answered,
            group: "connection",
            summary: "Returns PONG, or its argument.",
            run: ping
        ),
        CommandDefinition(
            name: "echo",
            arity: 2,
            flags: ["fast"],
            queueing: .answered,
            group: "connection",
            summary: "Returns its argument.",
            run: echo
        ),
        CommandDefinition(
            name: "hello",
            arity: -1,
            flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
            group: "connection",
            summary: "Chooses the protocol version and tells about the server.",
            run: hello
        ),
        CommandDefinition(
            name: "client",
            arity: -2,
            flags: [],
            queueing: .answered,
            group: "connection",
            summary:
                "Names the connection: SETNAME, GETNAME, SETINFO, ID; READS says what reads rest on.",
            run: client
        ),
        CommandDefinition(
            name: "select",
            arity: 2,
            flags: ["loading", "stale", "fast"],
            queueing: .answered,
            group: "connection",
            summary: "Accepts database 0, the only one.",
            run: select
        ),
        CommandDefinition(
            name: "readonly",
            arity: 1,
            flags: ["loading", "stale", "fast"],
            group: "cluster",
            summary: "Lets this connection read from backups that are fresh enough.",
            run: readOnly
        ),
        CommandDefinition(
            name: "readwrite",
            arity: 1,
            flags: ["loading", "stale", "fast"],
            group: "cluster",
            summary: "Lets this connection read from primaries alone.",
            run: readWrite
        ),
        CommandDefinition(
            name: "quit",
            arity: -1,
            flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
            queueing: .atOnce,
            group: "connection",
            summary: "Closes the connection.",
            run: quit
        ),
    ]

    private static func ping(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        guard command.count <= 2 else {
            client.reply { $0.writeError(wrongArgumentCount("ping")) }
            return .done
        }
        guard command.count == 2 else {
            client.reply { $0.writeSimpleString("PONG") }
            return .done
        }
        let argument = command[1]
        client.reply { $0.writeBulk(argument) }
        return .done
    }

    private static func echo(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        let argument = command[1]
        client.reply { $0.writeBulk(argument) }
        return .done
    }

    private static func select(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        let database = command.integer(1)
        client.reply { buffer in
            switch database {
            case nil: buffer.writeError("ERR value is not an integer or out of range")
            case 0: buffer.writeSimpleString("OK")
            default: buffer.writeError("ERR SELECT is not allowed in cluster mode")
            }
        }
        return .done
    }

    private static func readOnly(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.session.reads = .replica
        client.reply { $0.writeSimpleString("OK") }
        return .done
    }

    private static func readWrite(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.session.reads = client.node.configuration.reads
        client.reply { $0.writeSimpleString("OK") }
        return .done
    }

    private static func quit(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        client.reply { $0.writeSimpleString("OK") }
        client.end()
        return .done
    }
}

// MARK: HELLO

extension ConnectionCommands {
    private static func hello(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        var version = client.session.version
        if command.count > 1 {
            guard let asked = command.integer(1) else {
                return refuse(client, "ERR Protocol version is not an integer or out of range")
            }
            guard let known = RESPVersion(rawValue: asked) else {
                return refuse(client, "NOPROTO unsupported protocol version")
            }
            version = known
        }
        var name: [UInt8]?
        var index = 2
        while index < command.count {
            if command.argument(index, is: "SETNAME"), index + 1 < command.count {
                guard isName(command[index + 1]) else { return refuse(client, invalidName) }
                name = command[index + 1].array
                index += 2
            } else if command.argument(index, is: "AUTH"), index + 2 < command.count {
                // No passwords are set: the default user is let in with any, as Redis does.
                guard command[index + 1].text == "default" else {
                    let reason = "invalid username-password pair or user is disabled."
                    return refuse(client, "WRONGPASS \(reason)")
                }
                index += 3
            } else {
                let option = command[index].text
                return refuse(client, "ERR Syntax error in HELLO option '\(option)'")
            }
        }
        client.session.version = version
        if let name { client.session.name = name }
        writeGreeting(client, version)
        return .done
    }

    private static func writeGreeting(_ client: ClientConnection, _ version: RESPVersion) {
        let number = client.session.number
        client.reply { buffer in
            buffer.writeMapHeader(count: 7, version)
            buffer.writeBulk("server")
            buffer.writeBulk("keel")
            buffer.writeBulk("version")
            buffer.writeBulk(Version.redisCompatibility)
            buffer.writeBulk("proto")
            buffer.writeRESPInteger(version.rawValue)
            buffer.writeBulk("id")
            buffer.writeRESPInteger(number)
            buffer.writeBulk("mode")
            buffer.writeBulk("cluster")
            buffer.writeBulk("role")
            buffer.writeBulk("master")
            buffer.writeBulk("modules")
            buffer.writeArrayHeader(count: 0)
        }
    }
}

// MARK: CLIENT

extension ConnectionCommands {
    private static let invalidName =
        "ERR Client names cannot contain spaces, newlines or special characters."

    private static func client(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        if command.argument(1, is: "ID"), command.count == 2 {
            let number = client.session.number
            client.reply { $0.writeRESPInteger(number) }
        } else if command.argument(1, is: "GETNAME"), command.count == 2 {
            let (name, version) = (client.session.name, client.session.version)
            client.reply { buffer in
                if name.isEmpty {
                    buffer.writeNull(version)
                } else {
                    buffer.writeBulk(name.span)
                }
            }
        } else if command.argument(1, is: "SETNAME"), command.count == 3 {
            guard isName(command[2]) else { return refuse(client, invalidName) }
            client.session.name = command[2].array
            client.reply { $0.writeSimpleString("OK") }
        } else if command.argument(1, is: "READS"), command.count == 3 {
            guard let reads = ReadMode(rawValue: command[2].text.lowercased()) else {
                return refuse(client, "ERR reads are primary, confirmed or replica")
            }
            client.session.reads = reads
            client.reply { $0.writeSimpleString("OK") }
        } else if command.argument(1, is: "SETINFO"), command.count == 4 {
            return setInformation(command, client)
        } else {
            return refuse(client, command.subcommandRefusal(of: "client", known: subcommands))
        }
        return .done
    }

    private static let subcommands = ["id", "getname", "setname", "setinfo", "reads"]

    private static func setInformation(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        if command.argument(2, is: "LIB-NAME") {
            guard isName(command[3]) else {
                return refuse(client, "ERR lib-name cannot contain spaces or newlines.")
            }
            client.session.libraryName = command[3].array
        } else if command.argument(2, is: "LIB-VER") {
            guard isName(command[3]) else {
                return refuse(client, "ERR lib-ver cannot contain spaces or newlines.")
            }
            client.session.libraryVersion = command[3].array
        } else {
            return refuse(client, "ERR Unrecognized option '\(command[2].text)'")
        }
        client.reply { $0.writeSimpleString("OK") }
        return .done
    }

    /// Whether every byte is printable and no blank, as Redis asks of names.
    private static func isName(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !(0x21...0x7E).contains(bytes[index]) { return false }
        return true
    }

    private static func refuse(_ client: ClientConnection, _ message: String) -> Execution {
        client.reply { $0.writeError(message) }
        return .done
    }
}
