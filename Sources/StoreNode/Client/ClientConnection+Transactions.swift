internal import NIOCore
internal import RESP
internal import Replication
internal import Topology

/// MULTI EXEC DISCARD WATCH UNWATCH.
///
/// A transaction is one command of the core's and one entry of the log. What its client watches is
/// compared where that entry would be appended; until then the connection holds tickets that only the
/// reign which gave them honours.
extension ClientConnection {
    /// Refuses a command before it is queued, so that EXEC must refuse as well.
    func reject(_ message: String) {
        transaction?.breakOff()
        replyAtOnce { $0.writeError(message) }
    }

    /// Queues a command of a client that has said MULTI.
    func queue(_ definition: CommandDefinition, _ command: borrowing ClientCommand) {
        guard definition.queueing != .refused else {
            return reject("ERR \(definition.name.uppercased()) is not supported in a transaction")
        }
        let captured = capture { _ = definition.run(command, self) }
        guard captured.readableBytes > 0 else { return }
        noteQueued(transaction?.append(answer: captured) ?? false)
    }

    func queue(_ command: Command, slot: Int) -> Execution {
        if let refusal = node.refusal(ofSlot: slot) {
            reject(refusal)
        } else {
            noteQueued(transaction?.append(command, slot: slot) ?? false)
        }
        return .done
    }

    private func noteQueued(_ isQueued: Bool) {
        guard isQueued else {
            let (count, bytes) = (
                ClientLimits.transactionCommandCount, ClientLimits.commandByteCount
            )
            return reject("ERR the transaction exceeds \(count) commands or \(bytes) bytes")
        }
        replyAtOnce { $0.writeSimpleString("QUEUED") }
    }

    func begin() -> Execution {
        if transaction == nil {
            transaction = QueuedTransaction()
            reply { $0.writeSimpleString("OK") }
        } else {
            reply { $0.writeError("ERR MULTI calls can not be nested") }
        }
        return .done
    }

    func discard() -> Execution {
        guard transaction != nil else {
            reply { $0.writeError("ERR DISCARD without MULTI") }
            return .done
        }
        guard watched.undecided == nil else { return .notYet }
        endTransaction { $0.writeSimpleString("OK") }
        return .done
    }

    func watch(_ command: borrowing ClientCommand) -> Execution {
        guard transaction == nil else {
            reply { $0.writeError("ERR WATCH inside MULTI is not allowed") }
            return .done
        }
        guard let slot = commonSlot(command, keys: .all) else { return .done }
        guard watched.undecided == nil, gate(slot: slot, isRead: true) == .open else {
            return .notYet
        }
        guard watched.slot.map({ $0 == slot }) ?? true else {
            reject("CROSSSLOT Keys in request don't hash to the same slot")
            return .done
        }
        let request = copy(.watch, [], command, from: 1, until: command.count)
        guard watched.byteCount + request.bytes.count <= ClientLimits.watchedByteCount else {
            reject("ERR the keys watched exceed \(ClientLimits.watchedByteCount) bytes")
            return .done
        }
        watched.ask(slot: slot, byteCount: request.bytes.count, reply: replies.nextNumber)
        let token = awaitReply(slot: slot, isRead: true)
        node.step(.request(node.shard(ofSlot: slot), token, request))
        return .done
    }

    func unwatch() -> Execution {
        // In a transaction it has no effect, as in Redis: EXEC ends every watch.
        if transaction == nil {
            guard watched.undecided == nil else { return .notYet }
            forgetWatched()
        }
        reply { $0.writeSimpleString("OK") }
        return .done
    }

    func execute() -> Execution {
        guard let queued = transaction else {
            reply { $0.writeError("ERR EXEC without MULTI") }
            return .done
        }
        guard watched.undecided == nil else { return .notYet }
        guard !queued.isBroken else {
            let reason = "Transaction discarded because of previous errors."
            endTransaction { $0.writeError("EXECABORT " + reason) }
            return .done
        }
        guard let slot = queued.slot ?? watched.slot else {
            let version = session.version
            endTransaction {
                CommandReply.replies([]).write(to: &$0, version, between: queued.parts)
            }
            return .done
        }
        guard !queued.crossesSlots, slot == watched.slot ?? slot else {
            let reason = "Keys in request don't hash to the same slot"
            endTransaction { $0.writeError("CROSSSLOT " + reason) }
            return .done
        }
        let mayStart = !queued.mayAnswerLong || replies.waitingCount == 0
        guard mayStart, !replies.mustWait(slot: slot, isRead: queued.isRead) else { return .notYet }
        guard queued.isRead || !node.isLogFull else {
            endTransaction { $0.writeError(UnavailableReason.queueFull.message) }
            return .done
        }
        carryOut(queued, slot: slot)
        return .done
    }

    private func carryOut(_ queued: QueuedTransaction, slot: Int) {
        transaction = nil
        let (command, tickets) = (queued.command, watched.tickets)
        if !queued.asksForEverything { replyParts[replies.nextNumber] = queued.parts }
        if !tickets.isEmpty { watched.execute(reply: replies.nextNumber) }
        let token = awaitReply(slot: slot, isRead: command.isRead)
        let shard = node.shard(ofSlot: slot)
        if tickets.isEmpty, command.isRead, session.reads == .confirmed {
            node.step(.confirmedRead(shard, token, command))
        } else if tickets.isEmpty {
            node.step(.request(shard, token, command))
        } else {
            node.step(.guarded(shard, token, command, tickets))
        }
    }

    private func endTransaction(_ write: (inout ByteBuffer) -> Void) {
        transaction = nil
        forgetWatched()
        replyAtOnce(write)
    }

    func forgetWatched() {
        for ticket in watched.takeAll() { node.unwatch(ticket) }
    }

    /// Notes what the core's answer means for what is watched.
    func settleWatch(_ number: UInt64, _ reply: CommandReply?) {
        var ticket: WatchTicket?
        if case .watching(let given) = reply { ticket = given }
        guard number == watched.undecided else {
            // It was given to a client that has left.
            if let ticket { node.unwatch(ticket) }
            return
        }
        for useless in watched.settle(ticket) { node.unwatch(useless) }
    }
}
