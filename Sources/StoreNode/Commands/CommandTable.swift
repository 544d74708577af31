internal import RESP

/// Commands by name.
struct CommandTable: Sendable {
    let definitions: [CommandDefinition]
    private let names: [CommandName]
    /// Indices into `definitions` by the name's bucket, -1 where there is none; half full at most.
    private let buckets: [Int16]
    private let mask: UInt64

    init(_ definitions: [CommandDefinition]) {
        var size = 16
        while size < definitions.count * 2 { size *= 2 }
        mask = UInt64(size - 1)
        var buckets = [Int16](repeating: -1, count: size)
        var names: [CommandName] = []
        for (index, definition) in definitions.enumerated() {
            guard let name = CommandName(definition.name) else {
                preconditionFailure("a command's name has sixteen bytes at most")
            }
            names.append(name)
            var bucket = Int(name.bucket & mask)
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Int16(index)
        }
        self.definitions = definitions
        self.names = names
        self.buckets = buckets
    }

    /// The place in `definitions` of the command with that name, in any case.
    func index(of name: Span<UInt8>) -> Int? {
        guard let name = CommandName(name) else { return nil }
        var bucket = Int(name.bucket & mask)
        while buckets[bucket] >= 0 {
            let index = Int(buckets[bucket])
            if names[index] == name { return index }
            bucket = (bucket + 1) & (buckets.count - 1)
        }
        return nil
    }

    /// Every command a client may send.
    static let commands = CommandTable(
        StringCommands.all + ListCommands.all + KeyCommands.all + ExpiryCommands.all
            + ConnectionCommands.all + TransactionCommands.all + ClusterCommands.all
            + ServerCommands.all
    )
}
