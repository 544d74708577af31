internal import RESP
internal import Topology

/// CLUSTER SLOTS SHARDS NODES INFO KEYSLOT MYID AGE.
enum ClusterCommands {
    static let all = [
        CommandDefinition(
            name: "cluster",
            arity: -2,
            flags: ["loading", "stale"],
            queueing: .answered,
            group: "cluster",
            summary: "Tells who holds what: SLOTS, SHARDS, NODES, INFO, KEYSLOT, MYID, AGE.",
            run: cluster
        )
    ]

    private static let subcommands = ["slots", "shards", "nodes", "info", "keyslot", "myid", "age"]

    private static func cluster(
        _ command: borrowing ClientCommand,
        _ client: ClientConnection
    ) -> Execution {
        let view = ClusterView(client.node)
        let version = client.session.version
        if command.argument(1, is: "KEYSLOT"), command.count == 3 {
            let slot = KeySlot.slot(of: command[2])
            client.reply { $0.writeRESPInteger(slot) }
        } else if command.argument(1, is: "AGE"), command.count == 3 {
            // Milliseconds that this node's copy of the key may be old; null where it cannot tell.
            let slot = KeySlot.slot(of: command[2])
            let age = client.node.age(of: client.node.shard(ofSlot: slot))
            client.reply { buffer in
                if let age {
                    buffer.writeRESPInteger(Int((age + 999_999) / 1_000_000))
                } else {
                    buffer.writeNull(version)
                }
            }
        } else if command.argument(1, is: "MYID"), command.count == 2 {
            client.reply { $0.writeBulk(view.identity(view.ownID)) }
        } else if command.argument(1, is: "INFO"), command.count == 2 {
            client.reply { $0.writeVerbatim(view.information, version) }
        } else if command.argument(1, is: "NODES"), command.count == 2 {
            client.reply { $0.writeVerbatim(view.nodeLines, version) }
        } else if command.argument(1, is: "SLOTS"), command.count == 2 {
            client.reply { view.writeSlots(to: &$0, version) }
        } else if command.argument(1, is: "SHARDS"), command.count == 2 {
            client.reply { view.writeShards(to: &$0, version) }
        } else {
            let message = command.subcommandRefusal(of: "cluster", known: subcommands)
            client.reply { $0.writeError(message) }
        }
        return .done
    }
}

extension ClientCommand {
    /// What Redis says of a subcommand it does not know, or of one with a wrong number of arguments.
    func subcommandRefusal(of name: String, known: [String]) -> String {
        let asked = self[1].text
        guard known.contains(asked.lowercased()) else {
            return "ERR unknown subcommand '\(asked.prefix(128))'. Try \(name.uppercased()) HELP."
        }
        return wrongArgumentCount("\(name)|\(asked.lowercased())")
    }
}
