import Topology

/// What a replica does while it reigns.
extension ShardReplica {
    /// A client's request.
    mutating func receive(
        _ request: Request,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard !context.isStopping else {
            effects.append(.refuse(request.token, .unavailable(.stopping)))
            return
        }
        switch role {
        case .none, .backup:
            let refusal: Refusal =
                assignment?.primary == nil ? .unavailable(.noPrimary) : .notPrimary
            effects.append(.refuse(request.token, refusal))
        case .recovering:
            hold(request, at: now, context, &effects)
        case .primary:
            guard canTake(request.command, at: now, context) else {
                hold(request, at: now, context, &effects)
                return
            }
            carryOut(request, at: now, &context, &effects)
        }
    }

    private func canTake(
        _ command: Command,
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        guard isServing, isLeased(at: now) else { return false }
        return command.isRead || hasEnoughInSync(context)
    }

    private mutating func hold(
        _ request: Request,
        at now: Instant,
        _ context: NodeContext,
        _ effects: inout [Effect]
    ) {
        guard waiting.count < context.timing.waitingLimit else {
            effects.append(.refuse(request.token, .unavailable(.queueFull)))
            return
        }
        let deadline = now.advanced(by: context.timing.leaseWait)
        waiting.append(WaitingRequest(request: request, deadline: deadline))
    }

    private mutating func carryOut(
        _ request: Request,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let (token, command) = (request.token, request.command)
        guard request.tickets.isEmpty || stand(request) else {
            effects.append(.reply(token, .aborted))
            return
        }
        guard !command.isRead else {
            effects.append(.reply(token, answer(command)))
            return
        }
        if progress.isEmpty, !context.isLogged {
            // Nobody will ever ask for the entry.
            log.skip(term: storedTerm)
            durable = log.lastIndex
            commit = durable
            applied = commit
            effects.append(.reply(token, state.apply(command)))
            return
        }
        guard log.lastIndex - commit < UInt64(context.timing.uncommittedLimit) else {
            effects.append(.refuse(token, .unavailable(.queueFull)))
            return
        }
        pending.append(token, at: log.lastIndex + 1)
        append(command, at: now, &context, &effects)
    }

    private mutating func answer(_ command: Command) -> CommandReply {
        guard command.kind == .watch else { return state.answer(command) }
        let keys = state.watched.watch(command.arguments)
        return .watching(WatchTicket(shard: shard, term: storedTerm, keys: keys))
    }

    /// Whether what a transaction's client watched is as it was, up to where the transaction would
    /// stand in the log.
    ///
    /// Entries that wait to be committed were not shown to the client when it began to watch, so
    /// whatever of them may change a key counts; of the committed ones only what did change it.
    private func stand(_ request: Request) -> Bool {
        guard request.tickets.allSatisfy({ $0.term == storedTerm && state.watched.stand($0) })
        else { return false }
        guard !request.command.isRead, applied < log.lastIndex else { return true }
        let keys = request.tickets.flatMap(\.keys)
        return !(applied + 1...log.lastIndex).contains { log[$0].command.mayChange(anyOf: keys) }
    }

    private mutating func append(
        _ command: Command,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        keep(LogEntry(term: storedTerm, command: command), &context, &effects)
        if !progress.isEmpty { markDirty(&context, &effects) }
        if !context.isLogged { advanceCommit(at: now, &context, &effects) }
    }

    mutating func markDirty(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard !isDirty else { return }
        isDirty = true
        context.dirty.append(Int(shard.value))
        context.requestFlush(&effects)
    }

    /// Commits what the mode's rule allows, at or before an entry of this term (Raft's figure 8).
    mutating func advanceCommit(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .primary else { return }
        let index = acknowledgedIndex(context)
        guard index > commit, index >= termStart, durableTerm >= storedTerm else { return }
        if acknowledgesUnderLease(context), !mayAcknowledgeAlone(at: now, context) { return }
        let wasServing = isServing
        commit = index
        applyCommitted(&context, &effects)
        if !wasServing { serveWaiting(at: now, &context, &effects) }
    }

    private func mayAcknowledgeAlone(
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        guard isLeased(at: now) else { return false }
        return !progress.contains { backup in
            backup.isRequired
                && backup.lagAge(last: log.lastIndex, at: now) > context.timing.maximumLag
        }
    }

    /// Tries again those who waited for a lease, a commit or a larger in-sync set.
    mutating func serveWaiting(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard !waiting.isEmpty, isServing, isLeased(at: now) else { return }
        let requests = waiting
        waiting = []
        for held in requests {
            if canTake(held.request.command, at: now, context) {
                carryOut(held.request, at: now, &context, &effects)
            } else {
                waiting.append(held)
            }
        }
    }

    /// What to ask a peer in the next poll; nil where it holds no copy.
    func poll(of node: NodeID, at now: Instant) -> PeerMessage.PolledShard? {
        guard progress.contains(where: { $0.node == node }) else { return nil }
        return PeerMessage.PolledShard(
            shard: shard,
            term: storedTerm,
            commit: commit,
            isLeased: isServing && isLeased(at: now)
        )
    }

    /// A backup confirmed this term in answer to a poll sent at `sentAt`.
    mutating func confirmed(
        by node: NodeID,
        term: Term,
        sentAt: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .primary, term == storedTerm,
            let index = progress.firstIndex(where: { $0.node == node })
        else { return }
        progress[index].confirmed = max(progress[index].confirmed, sentAt)
        progress[index].heard = context.attentive
        renewLease(at: now, &context, &effects)
    }

    mutating func renewLease(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let wasLeased = isLeased(at: now)
        leaseUntil = leaseStart(context).map { start in
            start == .distantPast ? .distantPast : start.advanced(by: context.timing.lease)
        }
        guard isLeased(at: now) else { return }
        leaselessSince = nil
        if !wasLeased || !isServing { advanceCommit(at: now, &context, &effects) }
        if acknowledgesUnderLease(context) { advanceCommit(at: now, &context, &effects) }
        serveWaiting(at: now, &context, &effects)
    }

    mutating func receive(
        answer: PeerMessage.AppendAnswer,
        from node: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if case .higherTerm(let term) = answer.outcome, term > storedTerm {
            if role == .primary || role == .recovering { stepDown(&context, &effects) }
            store(term: term, &context, &effects)
            return
        }
        guard role == .primary, answer.term == storedTerm,
            let index = progress.firstIndex(where: { $0.node == node })
        else { return }
        progress[index].heard = context.attentive
        switch answer.outcome {
        case .has(let has):
            guard has <= log.lastIndex else { return }
            progress[index].match = max(progress[index].match, has)
            progress[index].next = max(progress[index].next, has + 1)
            if progress[index].flow == .probing { progress[index].flow = .streaming }
            noteLag(of: index, at: now, context)
            if progress[index].next <= log.lastIndex { markDirty(&context, &effects) }
            advanceCommit(at: now, &context, &effects)
        case .tryAfter(let after):
            guard progress[index].flow != .copying else { return }
            progress[index].flow = .probing
            progress[index].probedAt = nil
            progress[index].match = min(progress[index].match, after)
            progress[index].next = min(after, log.lastIndex) + 1
            markDirty(&context, &effects)
        case .needsCopy:
            guard progress[index].flow != .copying else { return }
            progress[index].match = 0
            startCopy(to: index, &context, &effects)
        case .higherTerm:
            break
        }
    }

    /// Sends what each backup lacks.
    mutating func flush(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        isDirty = false
        guard role == .primary else { return }
        for index in progress.indices where progress[index].linkedCopy != nil {
            switch progress[index].flow {
            case .copying:
                continue
            case .probing:
                if let probedAt = progress[index].probedAt,
                    now.since(probedAt) < context.timing.retry
                {
                    continue
                }
                progress[index].probedAt = now
                _ = send(to: index, &context, &effects)
            case .streaming:
                while progress[index].next <= log.lastIndex,
                    progress[index].next - progress[index].match <= context.timing.windowLimit
                {
                    guard send(to: index, &context, &effects) else { break }
                }
            }
        }
    }

    /// Sends one append; false where a full copy had to be started instead.
    private mutating func send(
        to index: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) -> Bool {
        let next = progress[index].next
        guard let term = log.term(at: next - 1) else {
            startCopy(to: index, &context, &effects)
            return false
        }
        let entries = log.entries(
            from: next,
            countLimit: context.timing.appendEntryLimit,
            byteLimit: context.timing.appendByteLimit
        )
        if progress[index].flow == .streaming {
            progress[index].next += UInt64(entries.count)
        }
        let append = PeerMessage.Append(
            shard: shard,
            term: storedTerm,
            previous: LogPosition(term: term, index: next - 1),
            commit: commit,
            entries: entries
        )
        effects.append(.send(to: progress[index].node, .append(append)))
        return true
    }

    /// A link to a replica came up or went down (`copy` nil).
    mutating func linkChanged(
        to node: NodeID,
        copy: CopyID?,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let index = progress.firstIndex(where: { $0.node == node }) else { return }
        if progress[index].copying != nil {
            progress[index].copying = nil
            context.copiesUnderWay -= 1
        }
        if let copy, let last = progress[index].lastCopy, last != copy {
            progress[index].match = 0
            progress[index].confirmed = .distantPast
        }
        progress[index].linkedCopy = copy
        progress[index].flow = .probing
        progress[index].probedAt = nil
        guard let copy else { return }
        progress[index].lastCopy = copy
        progress[index].next = max(progress[index].match + 1, 1)
        // A new copy holds nothing: the guess that it holds as much as this one costs one refusal.
        if progress[index].match == 0 { progress[index].next = log.lastIndex + 1 }
        markDirty(&context, &effects)
    }
}
