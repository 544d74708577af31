internal import RESP
internal import Replication
internal import Topology

/// Commands on keys: from arguments to the core, and what it says when it cannot serve them.
extension ClientConnection {
    /// Answers with the value of one key.
    func readOne(_ key: Span<UInt8>) -> Execution {
        let slot = KeySlot.slot(of: key)
        let shard = node.shard(ofSlot: slot)
        switch gate(slot: slot, isRead: true) {
        case .open: break
        case .closed: return .notYet
        case .queueing: return perform(.get, key: key, [])
        }
        let record = unsafe key.withUnsafeBytes { unsafe node.record($0, in: shard) }
        let mayHaveEnded = record.map { node.mayHaveEnded($0, in: shard) } ?? false
        // Asked after the table was read: a lease that ran out meanwhile does not cover the answer.
        guard !mayHaveEnded, node.mayAnswer(shard, session.reads) else {
            var command = Command(kind: .get, argumentCount: 1, byteCount: key.count)
            unsafe key.withUnsafeBytes { unsafe command.append(argument: 0, $0) }
            request(command, slot: slot, shard: shard)
            return .done
        }
        let version = session.version
        reply { buffer in
            if let record {
                if record.isList {
                    buffer.writeError(CommandFailure.wrongType.message)
                } else {
                    record.writeValue(to: &buffer)
                }
            } else {
                buffer.writeNull(version)
            }
        }
        node.statistics.count(hit: record != nil)
        return .done
    }

    /// Answers a read of the keys that follow the command's name.
    func readMany(_ kind: Command.Kind, _ command: borrowing ClientCommand) -> Execution {
        guard let slot = commonSlot(command, keys: .all) else { return .done }
        let gate = gate(slot: slot, isRead: true)
        guard gate != .closed else { return .notYet }
        let read = copy(kind, [], command, from: 1, until: command.count)
        return perform(read, slot: slot, isQueueing: gate == .queueing)
    }

    /// Asks the core for a write whose arguments are those of the client's command up to `end`, which is
    /// the command's own unless another is given, then the one at `last`, and then its times.
    func write(
        _ kind: Command.Kind,
        flags: Command.Flags = [],
        _ command: borrowing ClientCommand,
        keys: KeyPositions,
        until end: Int? = nil,
        andThen last: Int? = nil,
        deadline: Int64? = nil
    ) -> Execution {
        guard let slot = commonSlot(command, keys: keys) else { return .done }
        let gate = gate(slot: slot, isRead: false)
        guard gate != .closed else { return .notYet }
        let end = end ?? command.count
        let write = copy(
            kind,
            flags,
            command,
            from: 1,
            until: end,
            andThen: last,
            deadline: deadline
        )
        return perform(write, slot: slot, isQueueing: gate == .queueing)
    }

    /// Answers how long a key has to live, or until when.
    func readTimeToLive(_ command: borrowing ClientCommand, _ flags: Command.Flags) -> Execution {
        let slot = KeySlot.slot(of: command[1])
        let gate = gate(slot: slot, isRead: true)
        guard gate != .closed else { return .notYet }
        let read = copy(
            .timeToLive,
            flags.union(.timed),
            command,
            from: 1,
            until: 2,
            deadline: 0
        )
        return perform(read, slot: slot, isQueueing: gate == .queueing)
    }

    /// Carries out a command on one key whose other arguments are numbers.
    func perform(_ kind: Command.Kind, key: Span<UInt8>, _ numbers: [Int64]) -> Execution {
        let slot = KeySlot.slot(of: key)
        var command = Command(
            kind: kind,
            argumentCount: 1 + numbers.count,
            byteCount: key.count + 8 * numbers.count
        )
        let gate = gate(slot: slot, isRead: command.isRead)
        guard gate != .closed else { return .notYet }
        unsafe key.withUnsafeBytes { unsafe command.append(argument: 0, $0) }
        for (index, number) in numbers.enumerated() {
            unsafe withUnsafeBytes(of: number.littleEndian) {
                unsafe command.append(argument: 1 + index, $0)
            }
        }
        return perform(command, slot: slot, isQueueing: gate == .queueing)
    }

    /// Queues a command, answers a read from the table, or asks the core.
    private func perform(_ command: Command, slot: Int, isQueueing: Bool) -> Execution {
        guard command.bytes.count <= ClientLimits.commandByteCount else {
            let limit = ClientLimits.commandByteCount
            reply { $0.writeError("ERR the request exceeds \(limit) bytes") }
            return .done
        }
        guard !isQueueing else { return queue(command, slot: slot) }
        let shard = node.shard(ofSlot: slot)
        if command.isRead {
            if let answer = node.answer(command, in: shard),
                node.mayAnswer(shard, session.reads)
            {
                let version = session.version
                reply { answer.write(to: &$0, version) }
                return .done
            }
            // What waits is answered all at once, so of replies that may be long only one does.
            let mayBeLong = command.kind == .range || command.kind == .getMany
            guard !mayBeLong || replies.waitingCount == 0 else { return .notYet }
        }
        request(command, slot: slot, shard: shard)
        return .done
    }

    private func request(_ command: Command, slot: Int, shard: ShardID) {
        guard command.isRead || !node.isLogFull else {
            reply { $0.writeError(UnavailableReason.queueFull.message) }
            return
        }
        let token = awaitReply(slot: slot, isRead: command.isRead)
        let isConfirmed = command.isRead && session.reads == .confirmed
        node.step(
            isConfirmed
                ? .confirmedRead(shard, token, command) : .request(shard, token, command)
        )
    }

    /// The slot of all keys; where they have several, the client is told and nil returned.
    func commonSlot(_ command: borrowing ClientCommand, keys: KeyPositions) -> Int? {
        guard command.count <= Command.argumentLimit else {
            reject("ERR too many arguments: \(Command.argumentLimit) at most")
            return nil
        }
        let slot = KeySlot.slot(of: command[keys.first])
        let last = keys.last < 0 ? command.count + keys.last : keys.last
        for index in stride(from: keys.first + keys.step, through: last, by: keys.step)
        where KeySlot.slot(of: command[index]) != slot {
            reject("CROSSSLOT Keys in request don't hash to the same slot")
            return nil
        }
        return slot
    }

    func copy(
        _ kind: Command.Kind,
        _ flags: Command.Flags,
        _ command: borrowing ClientCommand,
        from start: Int,
        until end: Int,
        andThen last: Int? = nil,
        deadline: Int64? = nil
    ) -> Command {
        var byteCount = 0
        for index in start..<end { byteCount += command[index].count }
        if let last { byteCount += command[last].count }
        if deadline != nil { byteCount += Command.timesByteCount }
        let argumentCount = end - start + (last == nil ? 0 : 1)
        var copy = Command(
            kind: kind,
            flags: flags,
            argumentCount: argumentCount + (deadline == nil ? 0 : 1),
            byteCount: byteCount
        )
        for index in start..<end {
            unsafe command[index].withUnsafeBytes {
                unsafe copy.append(argument: index - start, $0)
            }
        }
        if let last {
            unsafe command[last].withUnsafeBytes {
                unsafe copy.append(argument: end - start, $0)
            }
        }
        if let deadline { copy.append(times: argumentCount, deadline: deadline) }
        return copy
    }
}
