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
            hold(request, at: now, &context, &effects)
        case .primary:
            guard canTake(request, at: now, context) else {
                hold(request, at: now, &context, &effects)
                return
            }
            carryOut(
                request,
                until: now.advanced(by: context.timing.leaseWait),
                at: now,
                &context,
                &effects
            )
        }
    }

    @inline(__always)
    private func canTake(
        _ request: Request,
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        if request.isConfirmed { return isServing }
        guard isServing, isLeased(at: now) else { return false }
        return request.command.isRead || (hasEnoughInSync(context) && retirement == nil)
    }

    private mutating func hold(
        _ request: Request,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let deadline = now.advanced(by: context.timing.leaseWait)
        wait(with: request, until: deadline, &context, &effects)
    }

    mutating func wait(
        with request: Request,
        until deadline: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard waiting.count < context.timing.waitingLimit, context.mayHold(request.byteCount) else {
            effects.append(.refuse(request.token, .unavailable(.queueFull)))
            return
        }
        context.heldBytes += request.byteCount
        waiting.append(WaitingRequest(request: request, deadline: deadline))
    }

    /// - Parameter deadline: when a read that another replica must answer is given up.
    private mutating func carryOut(
        _ request: Request,
        until deadline: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard !mustSettleTimes(of: request.command) else {
            let settled = settleTimes(of: request, until: deadline, at: now, &context, &effects)
            if let settled {
                carryOutSettled(settled, until: deadline, at: now, &context, &effects)
            }
            return
        }
        carryOutSettled(request, until: deadline, at: now, &context, &effects)
    }

    private mutating func carryOutSettled(
        _ request: Request,
        until deadline: Instant,
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
            if request.isConfirmed {
                confirm(request, until: deadline, &context, &effects)
            } else if let chain, chain.tail != context.identity.node, command.kind != .watch {
                forward(request, to: chain.tail, until: deadline, at: now, &context, &effects)
            } else {
                show(answer(command), to: token, &effects)
            }
            return
        }
        if keepsNoLog(context) {
            effects.append(.reply(token, applyAlone(command)))
            return
        }
        guard log.lastIndex - commit < UInt64(context.timing.uncommittedLimit),
            context.mayHold(request.byteCount)
        else {
            effects.append(.refuse(token, .unavailable(.queueFull)))
            return
        }
        context.heldBytes += request.byteCount
        pending.append(token, at: log.lastIndex + 1, byteCount: request.byteCount)
        append(command, at: now, &context, &effects)
    }

    /// Whether nobody will ever ask for an entry.
    @inline(__always)
    func keepsNoLog(_ context: NodeContext) -> Bool { progress.isEmpty && !context.isLogged }

    /// Carries a command out that nobody will ever ask for.
    mutating func applyAlone(_ command: Command) -> CommandReply {
        log.skip(term: storedTerm)
        durable = log.lastIndex
        commit = durable
        applied = commit
        return state.apply(command)
    }

    /// Answers a read: good for as long as the lease is.
    private func show(_ reply: CommandReply, to token: RequestToken, _ effects: inout [Effect]) {
        if let leaseUntil {
            effects.append(.show(token, reply, until: leaseUntil))
        } else {
            effects.append(.reply(token, reply))
        }
    }

    mutating func answer(_ command: Command) -> CommandReply {
        guard command.kind == .watch else { return state.answer(command) }
        let keys = state.watched.watch(command.arguments)
        return .watching(WatchTicket(shard: shard, term: storedTerm, keys: keys))
    }

    /// Whether what a transaction's client watched is as it was, up to where the transaction would
    /// stand in the log.
    ///
    /// Entries that wait to be committed were not shown to the client when it began to watch, so
    /// whatever of them may change a key counts; of the committed ones only what did change it.
    func stand(_ request: Request) -> Bool {
        guard request.tickets.allSatisfy({ $0.term == storedTerm && state.watched.stand($0) })
        else { return false }
        guard !request.command.isRead, applied < log.lastIndex else { return true }
        let keys = request.tickets.flatMap(\.keys)
        return !(applied + 1...log.lastIndex).contains { log[$0].command.mayChange(anyOf: keys) }
    }

    mutating func append(
        _ command: Command,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        keep(LogEntry(term: storedTerm, command: command), &context, &effects)
        if !progress.isEmpty { markDirty(&context, &effects) }
        if !context.isLogged { advanceCommit(at: now, &context, &effects) }
    }

    /// Commits what the mode's rule allows, at or before an entry of this term (Raft's figure 8).
    mutating func advanceCommit(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .primary else { return }
        // Piece by piece: a method that is asked for the whole is given copies of all this.
        let rule = isDegraded ? context.degradedRule ?? context.rule : context.rule
        var index = rule.mode.acknowledgedIndex(
            own: durable,
            backups: progress,
            replicaCount: context.replicaCount
        )
        if isChanging { index = acknowledgedIndex(amongThem: index, context) }
        // What was taken while there were enough copies is not acknowledged by too few, nor shown: not
        // by a new reign either, which may go on for readers only where there is no such thing.
        if rule.election.electsFromInSync, let replicas = assignment?.replicas,
            replicas.count(where: { $0.isInSync }) < rule.election.minimumInSync
        {
            index = commit + 1 == termStart ? min(index, termStart) : commit
        }
        guard index > commit, index >= termStart, durableTerm >= storedTerm else { return }
        var isUnderLease = rule.mode.acknowledgesUnderLease
        if isChanging, !isUnderLease { isUnderLease = acknowledgesUnderLease(context) }
        if isUnderLease, !mayAcknowledgeAlone(at: now, context) { return }
        let wasServing = isServing
        let ending = endings.underWay.count
        commit = index
        applyCommitted(&context, &effects)
        if !wasServing || endings.underWay.count < ending {
            serveWaiting(at: now, &context, &effects)
        }
    }

    @inline(__always)
    private func mayAcknowledgeAlone(
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        guard isLeased(at: now) else { return false }
        return !progress.indices.contains { place in
            progress[place].isRequired
                && progress[place].lagAge(last: log.lastIndex, at: now) > context.timing.maximumLag
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
            if canTake(held.request, at: now, context) {
                context.heldBytes -= held.request.byteCount
                carryOut(held.request, until: held.deadline, at: now, &context, &effects)
            } else {
                waiting.append(held)
            }
        }
    }

    /// What to ask a peer in the next poll; nil where there is nothing to ask it.
    func poll(
        of node: NodeID,
        at now: Instant,
        _ context: NodeContext
    ) -> PeerMessage.PolledShard? {
        guard role == .primary || isTail(context), retirement?.holdsNoLease != true,
            place(of: node) != nil
        else { return nil }
        return PeerMessage.PolledShard(
            shard: shard,
            term: storedTerm,
            commit: commit,
            isLeased: isServing && isLeased(at: now),
            isTail: role != .primary
        )
    }

    /// A replica confirmed this term in answer to a poll sent at `sentAt`.
    mutating func receive(
        _ confirmation: PeerMessage.Confirmation,
        from node: NodeID,
        sentAt: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .primary || isTail(context), confirmation.term == storedTerm,
            let index = place(of: node)
        else { return }
        if sentAt > leaseFloor {
            progress[index].confirmed = max(progress[index].confirmed, sentAt)
        }
        progress[index].heard = context.attentive
        guard role == .primary else {
            leaseUntil = lease(context)
            return
        }
        if confirmation.has <= log.lastIndex {
            // What each link itself lacks shows whom a chain waits for.
            progress[index].holds = max(progress[index].holds, confirmation.has)
            if !progress[index].isFed {
                progress[index].match = max(progress[index].match, confirmation.has)
            }
            noteLag(of: index, at: now, context)
        }
        progress[index].leaselessSince =
            confirmation.isLeaseless ? progress[index].leaselessSince ?? context.attentive : nil
        renewLease(at: now, &context, &effects)
        answerConfirmed(&context, &effects)
    }

    /// Until when the confirmations that there are make a lease; nil where none is needed.
    @inline(__always)
    func lease(_ context: NodeContext) -> Instant? {
        leaseStart(context).map { start in
            start == .distantPast ? .distantPast : start.advanced(by: context.timing.lease)
        }
    }

    mutating func renewLease(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let wasLeased = isLeased(at: now)
        leaseUntil = lease(context)
        guard isLeased(at: now) else { return }
        leaselessSince = nil
        if !wasLeased || !isServing { advanceCommit(at: now, &context, &effects) }
        if acknowledgesUnderLease(context) { advanceCommit(at: now, &context, &effects) }
        serveWaiting(at: now, &context, &effects)
    }
}
