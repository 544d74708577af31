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
        if let proposal,
            new.term > proposal.proposal.term
                || new.version > proposal.proposal.version
        {
            self.proposal = nil
        }
        let isMine = new.primary == me.node && new.primaryBoot == me.boot
        if isMine, new.term > storedTerm, new.term != old?.term || role == .none {
            beginReign(at: now, &context, &effects)
        } else if isMine, new.term == storedTerm, role == .primary || role == .recovering {
            if role == .primary { adoptSet(at: now, &context, &effects) }
        } else if role == .primary || role == .recovering {
            if new.term >= storedTerm, !isMine || new.term > storedTerm {
                stepDown(&context, &effects)
            }
        } else {
            role = new.replica(me.node) == nil ? .none : .backup
        }
    }

    private mutating func beginReign(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment else { return }
        if role == .primary || role == .recovering { stepDown(&context, &effects) }
        role = .recovering
        incoming = nil
        recovery = Recovery(startedAt: now, askedAt: now)
        store(term: assignment.term, &context, &effects)
        if assignment.term == .first {
            reign(at: now, &context, &effects)
            return
        }
        ask(&context, &effects)
        report(at: now, &context, &effects)
    }

    private mutating func ask(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard let assignment, let recovery else { return }
        for replica in assignment.replicas where replica.node != context.identity.node {
            guard let link = context.link(to: replica.node),
                !recovery.reports.contains(where: { $0.node == replica.node })
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
                freeAt: now.advanced(by: answer.remainingGrant)
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
        guard reports.count + 1 >= context.election.recoverySetSize else { return }
        if context.mode.prefersHighestLog {
            let isPatient = now.since(recovery.startedAt) < context.timing.recoveryPatience
            if isPatient, reports.count < reachable(assignment, context) { return }
            let candidates = reports.filter { report in
                !context.election.electsFromInSync
                    || assignment.replica(report.node)?.isInSync == true
            }
            if let best = candidates.max(by: { ($0.end, $1.node) < ($1.end, $0.node) }),
                best.end > log.last
            {
                guard now.since(proposedAt) >= context.timing.retry else { return }
                propose(.handOver(to: best.node), at: now, &effects)
                return
            }
        }
        guard remainingGrant(at: now, context) == 0 else { return }
        if !context.election.electsFromInSync {
            let free = reports.count { $0.freeAt <= now }
            guard free + 1 >= context.election.recoverySetSize else { return }
        }
        reign(at: now, &context, &effects)
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
        progress = assignment.replicas.filter { $0.node != context.identity.node }.map {
            replica in
            var progress = ReplicaProgress(
                node: replica.node,
                admittedCopy: replica.copy,
                isInSync: replica.isInSync,
                linkedCopy: context.link(to: replica.node).map { context.links[$0].copy }
            )
            progress.next = log.lastIndex + 1
            progress.heard = context.attentive
            progress.lag = (0, context.attentive)
            return progress
        }
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

    /// Takes the map's set over: of what this primary proposed, the outcome is known now.
    private mutating func adoptSet(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment else { return }
        for index in progress.indices {
            guard let replica = assignment.replica(progress[index].node) else { continue }
            progress[index].admittedCopy = replica.copy
            progress[index].isInSync = replica.isInSync
        }
        obey()
        renewLease(at: now, &context, &effects)
        advanceCommit(at: now, &context, &effects)
        serveWaiting(at: now, &context, &effects)
    }

    /// Requires the in-sync set of the map and the one under way.
    private mutating func obey() {
        var proposed: [ReplicaAssignment] = []
        if let proposal, case .replicas(let replicas) = proposal.proposal.change {
            proposed = replicas
        }
        for index in progress.indices {
            let node = progress[index].node
            progress[index].isRequired =
                progress[index].isInSync
                || proposed.contains { $0.node == node && $0.isInSync }
        }
    }

    mutating func propose(
        _ change: ShardProposal.Change,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        guard let assignment, proposal == nil else { return }
        let proposal = ShardProposal(
            shard: shard,
            term: assignment.term,
            version: assignment.version,
            change: change
        )
        self.proposal = (proposal, now)
        proposedAt = now
        effects.append(.propose(proposal))
        if role == .primary { obey() }
    }

    /// What a reign needs as time passes.
    mutating func tick(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        logCommit(&context, &effects)
        guard role == .primary || role == .recovering else { return }
        refuseOverdue(at: now, context, &effects)
        if let sent = proposal, now.since(sent.sentAt) >= context.timing.retry {
            proposal?.sentAt = now
            effects.append(.propose(sent.proposal))
        }
        if role == .recovering {
            if let recovery, now.since(recovery.askedAt) >= context.timing.retry {
                self.recovery?.askedAt = now
                ask(&context, &effects)
            }
            report(at: now, &context, &effects)
            return
        }
        if !isLeased(at: now) {
            if leaselessSince == nil { leaselessSince = now }
            context.pollsSoon = true
        }
        if log.lastIndex == commit || stuck.commit != commit { stuck = (commit, now) }
        for index in progress.indices {
            noteLag(of: index, context)
            retry(index, at: now, &context, &effects)
        }
        maintainSet(at: now, context, &effects)
        if context.mode.acknowledgesUnderLease { advanceCommit(at: now, &context, &effects) }
    }

    /// Marks the commit index in the log, once for many entries.
    private mutating func logCommit(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard context.isLogged, commit > loggedCommit else { return }
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
        case .copying: break
        case .streaming where progress[index].next <= log.lastIndex:
            markDirty(&context, &effects)
        case .streaming: break
        }
    }

    private mutating func refuseOverdue(
        at now: Instant,
        _ context: NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let first = waiting.first, first.deadline <= now else { return }
        let reason: UnavailableReason =
            role == .recovering || !isServing
            ? .recovering
            : !isLeased(at: now)
                ? .noLease : hasEnoughInSync(context) ? .laggingInSync : .tooFewInSync
        let overdue = waiting.prefix { $0.deadline <= now }
        for held in overdue { effects.append(.refuse(held.request.token, .unavailable(reason))) }
        waiting.removeFirst(overdue.count)
    }

    /// Asks for the removal of backups that fell silent or behind, and for the return of those that
    /// caught up.
    private mutating func maintainSet(
        at now: Instant,
        _ context: NodeContext,
        _ effects: inout [Effect]
    ) {
        guard proposal == nil, let assignment, now.since(proposedAt) >= context.timing.retry
        else { return }
        var replicas = assignment.replicas
        var changes = false
        for index in replicas.indices where replicas[index].node != context.identity.node {
            let node = replicas[index].node
            guard let backup = progress.first(where: { $0.node == node }) else { continue }
            if replicas[index].isInSync, context.election.electsFromInSync,
                hasFailed(backup, context)
            {
                replicas[index].isInSync = false
                changes = true
            } else if isServing, let copy = backup.linkedCopy, isAbreast(backup, context) {
                if replicas[index].copy != copy
                    || (context.election.electsFromInSync && !replicas[index].isInSync)
                {
                    replicas[index].copy = copy
                    replicas[index].isInSync = true
                    changes = true
                }
            }
        }
        if changes { propose(.replicas(replicas), at: now, &effects) }
    }

    private func hasFailed(_ backup: ReplicaProgress, _ context: NodeContext) -> Bool {
        let silence = context.attentive.since(backup.heard)
        let lag = context.attentive.since(backup.lag.since)
        return silence > context.timing.backupSilence
            || (backup.linkedCopy != nil && backup.linkedCopy != backup.admittedCopy)
            || (backup.lag.index > backup.match && lag > context.timing.backupLag)
    }

    /// Whether a backup has everything that is committed and keeps up.
    private func isAbreast(_ backup: ReplicaProgress, _ context: NodeContext) -> Bool {
        backup.flow == .streaming && backup.match >= commit
            && context.attentive.since(backup.heard) <= 2 * context.timing.poll
    }
}
