import Topology

/// How a reign begins, changes its set and ends.
extension ShardReplica {
    /// The coordinator's new word on this shard.
    mutating func receive(
        assignment new: ShardAssignment,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let old = assignment
        assignment = new
        let me = context.identity
        settleProposal(new, context)
        let isMine = new.primary == me.node && new.primaryBoot == me.boot
        if isMine, new.term > storedTerm, new.term != old?.term || role == .none {
            beginReign(at: now, &context, &effects)
        } else if isMine, new.term == storedTerm, role == .primary || role == .recovering {
            if role == .primary { adoptSet(at: now, &context, &effects) }
        } else if role == .primary || role == .recovering {
            if new.term >= storedTerm, !isMine || new.term > storedTerm {
                stepDown(&context, &effects)
                if role == .backup { findPlace(&context, &effects) }
            }
        } else {
            role = new.replica(me.node) == nil ? .none : .backup
            if role == .backup { findPlace(&context, &effects) }
        }
        if role == .none { vacate(&context, &effects) }
    }

    private mutating func beginReign(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment else { return }
        // Where it reigned until now its log is as it left it, so those who wait may wait on.
        takeBackForwarded(&context)
        takeBackConfirming()
        rest(&context)
        role = .recovering
        incoming = nil
        recovery = Recovery(startedAt: now, askedAt: now)
        // The coordinator must hear of it if the recovery does not come to an end.
        leaselessSince = now
        store(term: assignment.term, &context, &effects)
        if assignment.term == .first {
            reign(at: now, &context, &effects)
            return
        }
        ask(at: now, &context, &effects)
        report(at: now, &context, &effects)
    }

    private mutating func ask(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment, let recovery else { return }
        let replicas = assignment.replicas.map(\.node)
        // Whoever still reads by a grant may hold no copy any more.
        let readers = openGrants(at: now, context).map(\.holder.node)
            .filter { !replicas.contains($0) }
        for node in replicas + readers where node != context.identity.node {
            guard let link = context.link(to: node),
                !recovery.reports.contains(where: { $0.node == node }),
                !recovery.released.contains(where: { $0.node == node })
            else { continue }
            context.links[link].requests.append(.init(shard: shard, term: storedTerm))
            context.requestFlush(&effects)
        }
    }

    mutating func receive(
        report answer: PeerMessage.RecoverAnswer,
        from node: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if answer.term > storedTerm {
            if role == .primary || role == .recovering { stepDown(&context, &effects) }
            store(term: answer.term, &context, &effects)
            return
        }
        if role == .recovering, answer.term == storedTerm, let link = context.link(to: node),
            assignment?.replica(node) == nil
        {
            recovery?.released.append(GrantHolder(node: node, boot: context.links[link].boot))
            report(at: now, &context, &effects)
            return
        }
        // What a copy that the map does not admit holds, or granted, proves nothing.
        guard role == .recovering, answer.term == storedTerm,
            let admitted = assignment?.replica(node)?.copy, let link = context.link(to: node),
            context.links[link].copy == admitted
        else { return }
        recovery?.reports.removeAll { $0.node == node }
        recovery?.reports.append(
            .init(
                node: node,
                end: answer.end,
                boot: context.links[link].boot,
                grants: answer.grants.map {
                    Grant(holder: $0.holder, until: now.advanced(by: $0.nanoseconds))
                }
            )
        )
        report(at: now, &context, &effects)
    }

    /// Reigns once enough replicas reported and nobody's grant binds them to an earlier primary.
    mutating func report(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .recovering, let assignment, let recovery, durableTerm >= storedTerm,
            proposal == nil
        else { return }
        let reports = recovery.reports
        let rule = rule(context)
        guard reports.count + 1 >= rule.election.recoverySetSize else { return }
        if rule.mode.prefersHighestLog {
            let isPatient = now.since(recovery.startedAt) < context.timing.recoveryPatience
            if isPatient, reports.count < reachable(assignment, context) { return }
            let candidates = reports.filter { report in
                !rule.election.electsFromInSync
                    || assignment.replica(report.node)?.isInSync == true
            }
            if let best = candidates.max(by: { ($0.end, $1.node) < ($1.end, $0.node) }),
                best.end > log.last
            {
                guard now.since(proposedAt) >= context.timing.retry else { return }
                propose(.handOver(to: best.node), at: now, context, &effects)
                return
            }
        }
        guard openGrants(at: now, context).allSatisfy({ isReleased($0, recovery, context) })
        else { return }
        if !rule.election.electsFromInSync {
            let free = reports.count { report in
                report.grants.allSatisfy { $0.until <= now || isReleased($0, recovery, context) }
            }
            guard free + 1 >= rule.election.recoverySetSize else { return }
        }
        reign(at: now, &context, &effects)
    }

    /// Whether the process that a lease was granted to reads no more under it: it is this one, or has
    /// stored this term.
    private func isReleased(
        _ grant: Grant,
        _ recovery: Recovery,
        _ context: NodeContext
    ) -> Bool {
        let me = GrantHolder(node: context.identity.node, boot: context.identity.boot)
        return grant.holder == me || grant.holder == recovery.tail
            || recovery.released.contains(grant.holder)
            || recovery.reports.contains {
                $0.node == grant.holder.node && $0.boot == grant.holder.boot
            }
    }

    private func reachable(
        _ assignment: ShardAssignment,
        _ context: NodeContext
    ) -> Int {
        assignment.replicas.count { replica in
            guard replica.node != context.identity.node, let link = context.link(to: replica.node)
            else { return false }
            return context.links[link].copy == replica.copy
        }
    }

    private mutating func reign(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment else { return }
        role = .primary
        recovery = nil
        state.watched = WatchedKeys()
        chain =
            rule(context).mode.isChain
            ? ChainPlace(of: context.identity.node, in: assignment) : nil
        progress = assignment.replicas.filter { $0.node != context.identity.node }.map {
            newProgress(of: $0, at: now, context)
        }
        abreastSince = nil
        obey(context)
        leaseUntil = .distantPast
        leaselessSince = now
        stuck = (commit, now)
        termStart = log.lastIndex + (assignment.term == .first ? 0 : 1)
        if assignment.term != .first {
            keep(LogEntry(term: storedTerm, command: .noOperation), &context, &effects)
        }
        context.pollsSoon = true
        markDirty(&context, &effects)
        renewLease(at: now, &context, &effects)
        advanceCommit(at: now, &context, &effects)
        serveWaiting(at: now, &context, &effects)
    }

    /// What a reign needs as time passes.
    mutating func tick(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        logCommit(&context, &effects)
        if role == .backup, chain != nil {
            if isTail(context), !isLeased(at: now) { context.pollsSoon = true }
            for index in progress.indices where progress[index].isFed {
                retry(index, at: now, &context, &effects)
            }
        }
        guard role == .primary || role == .recovering else { return }
        refuseOverdue(at: now, &context, &effects)
        if proposal != nil { repeatProposal(at: now, context, &effects) }
        if role == .recovering {
            tickRecovery(at: now, &context, &effects)
            return
        }
        pursueMove(at: now, &context, &effects)
        if !isLeased(at: now), retirement?.holdsNoLease != true {
            if leaselessSince == nil { leaselessSince = now }
            context.pollsSoon = true
        }
        if log.lastIndex == commit || stuck.commit != commit { stuck = (commit, now) }
        for index in progress.indices {
            noteLag(of: index, at: now, context)
            if progress[index].isFed { retry(index, at: now, &context, &effects) }
        }
        maintainSet(at: now, &context, &effects)
        if acknowledgesUnderLease(context) { advanceCommit(at: now, &context, &effects) }
        endDue(at: now, limit: context.endLimit, &context, &effects)
    }

    private mutating func repeatProposal(
        at now: Instant,
        _ context: NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let sent = proposal, now.since(sent.sentAt) >= context.timing.retry else { return }
        proposal?.sentAt = now
        effects.append(.propose(reminder(of: sent.proposal)))
    }

    private mutating func tickRecovery(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if let recovery, now.since(recovery.askedAt) >= context.timing.retry {
            self.recovery?.askedAt = now
            ask(at: now, &context, &effects)
        }
        report(at: now, &context, &effects)
    }

    /// Marks the commit index in the log, once for many entries.
    private mutating func logCommit(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard context.isLogged, commit > loggedCommit, context.marksCommit(of: shard) else {
            return
        }
        loggedCommit = commit
        context.persist(.commit(shard, commit), &effects)
    }

    private mutating func retry(
        _ index: Int,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard progress[index].linkedCopy != nil else { return }
        switch progress[index].flow {
        case .probing: markDirty(&context, &effects)
        case .copying where progress[index].copying == nil:
            startCopy(to: index, &context, &effects)
        case .copying: continueCopy(to: index, at: now, &context, &effects)
        case .streaming where progress[index].next <= feedEnd:
            markDirty(&context, &effects)
        case .streaming: break
        }
    }

    private mutating func refuseOverdue(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard !waiting.isEmpty || !forwarded.reads.isEmpty || !confirming.reads.isEmpty else {
            return
        }
        for read in forwarded.reads where read.deadline <= now {
            context.heldBytes -= read.request.byteCount
            effects.append(.refuse(read.request.token, .unavailable(.silentTail)))
        }
        forwarded.reads.removeAll { $0.deadline <= now }
        refuseUnconfirmed(at: now, &context, &effects)
        let overdue = waiting.filter { $0.deadline <= now }
        guard !overdue.isEmpty else { return }
        let reason: UnavailableReason =
            role == .recovering || !isServing
            ? .recovering
            : !isLeased(at: now)
                ? .noLease : hasEnoughInSync(context) ? .laggingInSync : .tooFewInSync
        for held in overdue {
            context.heldBytes -= held.request.byteCount
            effects.append(.refuse(held.request.token, .unavailable(reason)))
        }
        waiting.removeAll { $0.deadline <= now }
    }
}
