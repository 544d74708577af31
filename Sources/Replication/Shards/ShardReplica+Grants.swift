import Topology

/// A lease that a replica granted, on its own clock.
struct Grant {
    var holder: GrantHolder
    var until: Instant
}

/// What a replica promises to readers, and tells their successors.
extension ShardReplica {
    enum PollOutcome {
        case granted(PeerMessage.Confirmation)
        /// It stored this higher term.
        case refused(Term)
        /// The term is being stored first.
        case later
    }

    /// Answers a poll.
    ///
    /// - Parameter heardAt: when this node sent the last answer that the sender had, by its own clock.
    mutating func receive(
        poll: PeerMessage.PolledShard,
        from holder: GrantHolder,
        heardAt: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) -> PollOutcome {
        guard poll.term >= storedTerm else { return .refused(storedTerm) }
        if poll.isTail {
            // The map issues terms, and their primaries announce them: a tail is only granted its lease.
            guard poll.term == storedTerm else { return .later }
            // Whoever asks under this term has stored it: a head that recovers need not wait for the
            // grant that it goes on giving.
            recovery?.tail = holder
        } else {
            follow(poll.term, &context, &effects)
        }
        guard durableTerm >= poll.term else { return .later }
        grant(holder, at: now, context)
        if !poll.isTail {
            vouchedAt = poll.isLeased ? now : vouchedAt
            learn(commit: poll.commit, of: poll.term, &context, &effects)
            if poll.isLeased { freshness.note(heardAt, commit: poll.commit, applied: applied) }
        }
        return .granted(
            .init(
                shard: shard,
                term: poll.term,
                has: hasVerified,
                isLeaseless: isTail(context) && !isLeased(at: now)
            )
        )
    }

    private mutating func grant(_ holder: GrantHolder, at now: Instant, _ context: NodeContext) {
        let until = now.advanced(by: context.timing.grant)
        grants.removeAll { $0.holder == holder || $0.until <= now }
        grants.append(Grant(holder: holder, until: until))
    }

    /// The grants that still bind, in an order of their making.
    ///
    /// A process start counts as a grant: an earlier life may have given one.
    func openGrants(at now: Instant, _ context: NodeContext) -> [Grant] {
        let start = Grant(
            holder: .anyone,
            until: context.startedAt.advanced(by: context.timing.grant)
        )
        return (grants + [start]).filter { $0.until > now }
    }

    /// A new primary asks for this replica's log end: stores its term first.
    mutating func receive(
        recover request: PeerMessage.RecoverRequest,
        from node: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if request.term > storedTerm {
            if role == .primary || role == .recovering { stepDown(&context, &effects) }
            store(term: request.term, &context, &effects)
            reportsTo = (node, request.term)
            if durableTerm < request.term { return }
        } else {
            reportsTo = (node, request.term)
        }
        sendReport(at: now, &context, &effects)
    }

    /// Sends the report that waited for the term to be durable.
    mutating func sendReport(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let (node, term) = reportsTo, durableTerm >= min(term, storedTerm),
            let link = context.link(to: node)
        else { return }
        reportsTo = nil
        context.links[link].reports.append(
            .init(
                shard: shard,
                term: max(term, storedTerm),
                end: log.last,
                grants: openGrants(at: now, context).map {
                    .init(holder: $0.holder, nanoseconds: $0.until.since(now))
                }
            )
        )
        context.requestFlush(&effects)
    }
}
