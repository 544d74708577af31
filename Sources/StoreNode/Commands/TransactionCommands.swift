internal import RESP

/// MULTI EXEC DISCARD WATCH UNWATCH.
enum TransactionCommands {
    static let all = [
        CommandDefinition(
            name: "multi",
            arity: 1,
            flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
            queueing: .atOnce,
            group: "transactions",
            summary: "Begins a transaction: what follows is queued until EXEC.",
            run: { _, client in client.begin() }
        ),
        CommandDefinition(
            name: "exec",
            arity: 1,
            flags: ["noscript", "loading", "stale", "skip_slowlog"],
            queueing: .atOnce,
            group: "transactions",
            summary: "Carries the queued commands of one hash slot out, all or none.",
            run: { _, client in client.execute() }
        ),
        CommandDefinition(
            name: "discard",
            arity: 1,
            flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
            queueing: .atOnce,
            group: "transactions",
            summary: "Forgets the queued commands, and what is watched.",
            run: { _, client in client.discard() }
        ),
        CommandDefinition(
            name: "watch",
            arity: -2,
            flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
            keys: .all,
            queueing: .atOnce,
            group: "transactions",
            summary: "Lets the next EXEC do nothing if one of the keys has changed by then.",
            run: { command, client in client.watch(command) }
        ),
        CommandDefinition(
            name: "unwatch",
            arity: 1,
            flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
            queueing: .answered,
            group: "transactions",
            summary: "Forgets what is watched.",
            run: { _, client in client.unwatch() }
        ),
    ]
}
