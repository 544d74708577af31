internal import RESP
internal import Replication
internal import Topology

/// Commands on keys: from arguments to the core, and what it says when it cannot serve them.
extension ClientConnection {
    /// Answers with the value of one key.
    func readOne(_ key: Span<UInt8>) -> Execution {
        let slot = KeySlot.slot(of: key)
        let shard = node.shard(ofSlot: slot)
        guard !mustWait(slot: slot, isRead: true) else { return .notYet }
        let record = unsafe key.withUnsafeBytes { unsafe node.record($0, in: shard) }
        // Asked after the table was read: a lease that ran out meanwhile does not cover the answer.
        guard node.mayAnswer(shard, fromBackup: session.readsFromBackups) else {
            var command = Command(kind: .get, argumentCount: 1, byteCount: key.count)
            unsafe key.withUnsafeBytes { unsafe command.append(argument: 0, $0) }
            request(command, slot: slot, shard: shard)
            return .done
        }
        let version = session.version
        reply { buffer in
            if let record {
                record.writeValue(to: &buffer)
            } else {
                buffer.writeNull(version)
            }
        }
        node.statistics.count(hit: record != nil)
        return .done
    }

    /// Answers a read of the keys that follow the command's name.
    func readMany(_ kind: Command.Kind, _ command: borrowing ClientCommand) -> Execution {
        guard let slot = commonSlot(command, firstKey: 1, keyStep: 1) else { return .done }
        guard !mustWait(slot: slot, isRead: true) else { return .notYet }
        let shard = node.shard(ofSlot: slot)
        let read = copy(kind, [], command, from: 1, until: command.count)
        let answer = node.answer(read, in: shard)
        guard let answer, node.mayAnswer(shard, fromBackup: session.readsFromBackups) else {
            request(read, slot: slot, shard: shard)
            return .done
        }
        let version = session.version
        reply { answer.write(to: &$0, version) }
        return .done
    }

    /// Asks the core for a write whose arguments are those of the client's command up to `end`.
    func write(
        _ kind: Command.Kind,
        flags: Command.Flags = [],
        _ command: borrowing ClientCommand,
        firstKey: Int,
        keyStep: Int,
        until end: Int
    ) -> Execution {
        let slot: Int
        if firstKey + keyStep >= end {
            slot = KeySlot.slot(of: command[firstKey])
        } else {
            guard let common = commonSlot(command, firstKey: firstKey, keyStep: keyStep) else {
                return .done
            }
            slot = common
        }
        guard !mustWait(slot: slot, isRead: false) else { return .notYet }
        let write = copy(kind, flags, command, from: firstKey, until: end)
        guard write.bytes.count <= ClientLimits.commandByteCount else {
            let limit = ClientLimits.commandByteCount
            reply { $0.writeError("ERR the request exceeds \(limit) bytes") }
            return .done
        }
        request(write, slot: slot, shard: node.shard(ofSlot: slot))
        return .done
    }

    /// Asks the core to add to an integer.
    func increment(_ key: Span<UInt8>, by delta: Int64) -> Execution {
        let slot = KeySlot.slot(of: key)
        guard !mustWait(slot: slot, isRead: false) else { return .notYet }
        var command = Command(kind: .increment, argumentCount: 2, byteCount: key.count + 8)
        unsafe key.withUnsafeBytes { unsafe command.append(argument: 0, $0) }
        unsafe withUnsafeBytes(of: delta.littleEndian) {
            unsafe command.append(argument: 1, $0)
        }
        request(command, slot: slot, shard: node.shard(ofSlot: slot))
        return .done
    }

    private func request(_ command: Command, slot: Int, shard: ShardID) {
        guard command.isRead || !node.isLogFull else {
            reply { $0.writeError(UnavailableReason.queueFull.message) }
            return
        }
        let token = awaitReply(slot: slot, isRead: command.isRead)
        node.step(.request(shard, token, command))
    }

    /// The slot of all keys; where they have several, the client is told and nil returned.
    private func commonSlot(
        _ command: borrowing ClientCommand,
        firstKey: Int,
        keyStep: Int
    ) -> Int? {
        guard command.count <= Command.argumentLimit else {
            reply { $0.writeError("ERR too many arguments: \(Command.argumentLimit) at most") }
            return nil
        }
        let slot = KeySlot.slot(of: command[firstKey])
        for index in stride(from: firstKey + keyStep, to: command.count, by: keyStep)
        where KeySlot.slot(of: command[index]) != slot {
            reply { $0.writeError("CROSSSLOT Keys in request don't hash to the same slot") }
            return nil
        }
        return slot
    }

    private func copy(
        _ kind: Command.Kind,
        _ flags: Command.Flags,
        _ command: borrowing ClientCommand,
        from start: Int,
        until end: Int
    ) -> Command {
        var byteCount = 0
        for index in start..<end { byteCount += command[index].count }
        var copy = Command(
            kind: kind,
            flags: flags,
            argumentCount: end - start,
            byteCount: byteCount
        )
        for index in start..<end {
            unsafe command[index].withUnsafeBytes {
                unsafe copy.append(argument: index - start, $0)
            }
        }
        return copy
    }
}
