import Topology

/// How a replica that joins is let in, and how a reign passes on as planned.
extension ShardReplica {
    /// A planned end of this reign: the log is drained, the lease given back, the heir proposed.
    struct Retirement {
        var heir: NodeID
        var since: Instant
        /// Since when nobody is answered any more; nil while the log is drained.
        var releasedAt: Instant?
        /// Whether the outcome was waited for in vain, and the lease is asked for again.
        var isWithdrawn = false

        var holdsNoLease: Bool { releasedAt != nil && !isWithdrawn }
    }

    /// Does what the coordinator's marks ask for, as soon as everything is in place.
    mutating func pursueMove(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if retirement != nil {
            retire(at: now, &context, &effects)
            return
        }
        guard proposal == nil, isServing, isLeased(at: now), let assignment, assignment.isMoving,
            now.since(proposedAt) >= max(proposalPause, context.timing.retry),
            let replicas = moved(assignment, at: now, context)
        else { return }
        if let heir = assignment.heir, heir != context.identity.node {
            // What it lacks is drained; all that counts here is that it answers.
            let answers = progress.contains {
                $0.node == heir && ($0.isJoining || $0.isCounted)
                    && context.attentive.since($0.heard) <= 2 * context.timing.poll
            }
            guard answers else { return }
            retirement = Retirement(heir: heir, since: now)
            retire(at: now, &context, &effects)
        } else {
            let change = ShardProposal.Change.replicas(replicas)
            guard satisfies(change, context) else { return }
            propose(change, at: now, context, &effects)
        }
    }

    /// The replicas once those that join are members and those that leave are gone; nil while one of
    /// them is not filled, or where nothing would be left.
    private func moved(
        _ assignment: ShardAssignment,
        at now: Instant,
        _ context: NodeContext
    ) -> [ReplicaAssignment]? {
        var replicas: [ReplicaAssignment] = []
        for var replica in assignment.replicas where replica.standing != .leaving {
            if replica.standing == .joining {
                guard let place = place(of: replica.node),
                    let copy = progress[place].linkedCopy, isAbreast(place, at: now, context)
                else { return nil }
                replica.copy = copy
                replica.isInSync = true
                replica.standing = .member
            }
            replicas.append(replica)
        }
        return replicas.isEmpty ? nil : replicas
    }

    /// Whether everything committed satisfies the rule as it would be after a change.
    private func satisfies(_ change: ShardProposal.Change, _ context: NodeContext) -> Bool {
        guard let set = movedSet(change, context) else { return true }
        return set.acknowledgedIndex(own: durable, context) >= commit
    }

    /// Drains the log, gives the lease back and proposes the heir; goes on as before where one of it
    /// takes too long.
    private mutating func retire(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let retirement, let assignment else { return }
        if let releasedAt = retirement.releasedAt {
            let isLate = now.since(releasedAt) >= context.timing.successionPatience
            if isLate, !retirement.isWithdrawn { withdraw(&context) }
            return
        }
        guard assignment.heir == retirement.heir, isLeased(at: now),
            now.since(retirement.since) < context.timing.drainPatience
        else {
            self.retirement = nil
            proposedAt = now
            serveWaiting(at: now, &context, &effects)
            return
        }
        guard commit == log.lastIndex, let replicas = moved(assignment, at: now, context),
            progress.contains(where: { $0.node == retirement.heir && $0.match == commit })
        else { return }
        let change = ShardProposal.Change.succession(to: retirement.heir, replicas)
        guard satisfies(change, context) else { return }
        self.retirement?.releasedAt = now
        leaseFloor = now
        leaseUntil = .distantPast
        leaselessSince = nil
        for index in progress.indices { progress[index].confirmed = .distantPast }
        propose(change, at: now, context, &effects)
    }

    /// Serves again although the outcome is unknown: until it is, the old set and the new one are
    /// both obeyed, and the coordinator is asked for an answer instead of the change.
    private mutating func withdraw(_ context: inout NodeContext) {
        retirement?.isWithdrawn = true
        resumePolls(&context)
    }

    /// Goes on reigning once the outcome of a planned end is known to be none.
    mutating func endRetirement(_ context: inout NodeContext) {
        guard retirement?.releasedAt != nil, proposal == nil else { return }
        retirement = nil
        resumePolls(&context)
    }

    private mutating func resumePolls(_ context: inout NodeContext) {
        // Nobody was asked meanwhile, so nobody was silent.
        for index in progress.indices { progress[index].heard = context.attentive }
        context.pollsSoon = true
    }

    /// What to send of a proposal that has no outcome yet.
    func reminder(of proposal: ShardProposal) -> ShardProposal {
        guard retirement?.isWithdrawn == true, let assignment else { return proposal }
        var reminder = proposal
        reminder.change = .replicas(assignment.replicas)
        return reminder
    }

    /// Lets go of everything that a replica held which the map does not name any more.
    ///
    /// What came in a later term than the map's stays: a newer map may name it.
    mutating func vacate(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard let assignment, assignment.term >= storedTerm else { return }
        incoming = nil
        guard log.last != .start || applied > 0 else { return }
        copiesBegun += 1
        state = KeyValueState()
        log = ShardLog()
        durable = 0
        commit = 0
        applied = 0
        loggedCommit = 0
        verified = (.none, 0)
        freshness.forget()
        context.persist(.snapshotBegin(shard, .start), &effects)
        context.persist(.snapshotEnd(shard), &effects)
    }
}
