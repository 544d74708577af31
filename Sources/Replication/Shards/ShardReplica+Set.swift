import Topology

/// How a primary changes its in-sync set and its mode: it proposes, the map decides, and until the
/// outcome is known both the old and the new rule are obeyed.
extension ShardReplica {
    /// What the shard's mode asks as the map has it.
    @inline(__always)
    func rule(_ context: NodeContext) -> NodeContext.Rule {
        context.rule(isDegraded: isDegraded)
    }

    /// What it will ask if the change under way, or about to be proposed, is made; nil where that
    /// changes no rule.
    func proposedRule(_ context: NodeContext) -> NodeContext.Rule? {
        if returningSince != nil { return context.rule(isDegraded: false) }
        guard let proposal, case .degrade(let isDegraded, _) = proposal.proposal.change else {
            return nil
        }
        return context.rule(isDegraded: isDegraded)
    }

    @inline(__always)
    func acknowledgesUnderLease(_ context: NodeContext) -> Bool {
        if rule(context).mode.acknowledgesUnderLease { return true }
        return isChanging && proposedRule(context)?.mode.acknowledgesUnderLease == true
    }

    /// Whether more than the map's rule and set may have to be obeyed.
    @inline(__always)
    var isChanging: Bool { proposal != nil || returningSince != nil }

    /// The last index that satisfies every rule that is obeyed.
    @inline(__always)
    func acknowledgedIndex(_ context: NodeContext) -> UInt64 {
        let index = rule(context).mode.acknowledgedIndex(
            own: durable,
            backups: progress,
            replicaCount: context.replicaCount
        )
        return isChanging ? acknowledgedIndex(amongThem: index, context) : index
    }

    /// The last index that satisfies the rules which a change under way adds, beside the one that is known.
    @inline(never)
    func acknowledgedIndex(amongThem index: UInt64, _ context: NodeContext) -> UInt64 {
        var least = index
        if let proposed = proposedRule(context) {
            let other = proposed.mode.acknowledgedIndex(
                own: durable,
                backups: progress,
                replicaCount: context.replicaCount
            )
            least = min(least, other)
        }
        return movedSet(context).map { min(least, $0.acknowledgedIndex(own: durable, context)) }
            ?? least
    }

    /// When the polls were sent that a lease rests on by every rule that is obeyed; nil where it needs
    /// nobody.
    @inline(__always)
    func leaseStart(_ context: NodeContext) -> Instant? {
        guard retirement?.holdsNoLease != true else { return .distantPast }
        let start = rule(context).mode.leaseStart(
            backups: progress,
            replicaCount: context.replicaCount
        )
        guard isChanging else { return start }
        let other = proposedRule(context).flatMap { proposed in
            proposed.mode.leaseStart(backups: progress, replicaCount: context.replicaCount)
        }
        let moved = movedSet(context).flatMap { $0.leaseStart(context) }
        let earlier = Self.earlier(start, other)
        return Self.earlier(earlier, moved)
    }

    private static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// Takes the map's set over: of what this primary proposed, the outcome is known now.
    mutating func adoptSet(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let assignment else { return }
        for index in progress.indices.reversed()
        where assignment.replica(progress[index].node) == nil {
            giveUpCopy(to: index, &context)
            progress.remove(at: index)
        }
        for replica in assignment.replicas where replica.node != context.identity.node {
            if let index = place(of: replica.node) {
                progress[index].take(replica)
            } else {
                progress.append(newProgress(of: replica, at: now, context))
                markDirty(&context, &effects)
            }
        }
        endRetirement(&context)
        if !assignment.isDegraded { returningSince = nil }
        obey(context)
        renewLease(at: now, &context, &effects)
        advanceCommit(at: now, &context, &effects)
        serveWaiting(at: now, &context, &effects)
        pursueMove(at: now, &context, &effects)
    }

    /// Requires the in-sync set of the map and the one under way, where sets decide.
    mutating func obey(_ context: NodeContext) {
        let setDecides = rule(context).election.electsFromInSync
        // Where nodes come and go, the set under way is looked at by itself.
        let proposed = movedSet(context) == nil ? proposal?.proposal.replicas ?? [] : []
        let proposedDecides = (proposedRule(context) ?? rule(context)).election.electsFromInSync
        for index in progress.indices {
            let node = progress[index].node
            let joining = proposed.first { $0.node == node && $0.isInSync }
            let joins = joining != nil
            progress[index].joiningCopy = progress[index].isInSync ? nil : joining?.copy
            progress[index].isRequired =
                (setDecides && progress[index].isInSync) || (proposedDecides && joins)
        }
    }

    mutating func propose(
        _ change: ShardProposal.Change,
        at now: Instant,
        _ context: NodeContext,
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
        guard role == .primary else { return }
        obey(context)
        // A lease by the old rule alone must not outlast the proposal: it may be carried out at once.
        leaseUntil = lease(context)
    }

    /// Notes the outcome of the change under way, once the map shows it.
    mutating func settleProposal(_ new: ShardAssignment, _ context: NodeContext) {
        guard let made = proposal?.proposal,
            new.term > made.term || new.version > made.version
        else { return }
        proposal = nil
        if case .handOver(let heir) = made.change, new.term == made.term {
            // It cannot take over: the copy that reported is gone, or away.
            recovery?.reports.removeAll { $0.node == heir }
        }
        // Where some came or went, the coordinator puts them in the placement's order.
        let isDone =
            made.replicas.map { replicas in
                replicas.count == new.replicas.count && replicas.allSatisfy(new.replicas.contains)
            } ?? true
        proposalPause =
            isDone
            ? context.timing.retry
            : min(max(2 * proposalPause, context.timing.retry), context.timing.longestPause)
    }

    /// Asks for what the backups' state calls for: a fallback or a return from it, the removal of those
    /// that fell silent or behind, the return of those that caught up.
    mutating func maintainSet(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard proposal == nil, let assignment,
            now.since(proposedAt) >= max(proposalPause, context.timing.retry)
        else { return }
        if let change = changeOfMode(assignment, at: now, context) {
            propose(change, at: now, context, &effects)
            return
        }
        let setDecides = rule(context).election.electsFromInSync
        var replicas = assignment.replicas
        var changes = false
        for index in replicas.indices where replicas[index].node != context.identity.node {
            guard let place = place(of: replicas[index].node), !progress[place].isJoining
            else { continue }
            if replicas[index].isInSync, setDecides, hasFailed(place, context) {
                replicas[index].isInSync = false
                changes = true
            } else if let copy = progress[place].linkedCopy, isAbreast(place, at: now, context) {
                if replicas[index].copy != copy || (setDecides && !replicas[index].isInSync) {
                    replicas[index].copy = copy
                    replicas[index].isInSync = true
                    changes = true
                }
            }
        }
        if changes { propose(.replicas(replicas), at: now, context, &effects) }
    }

    /// The fallback where fewer backups keep up than it allows, the return where enough did for a while.
    private mutating func changeOfMode(
        _ assignment: ShardAssignment,
        at now: Instant,
        _ context: NodeContext
    ) -> ShardProposal.Change? {
        guard let fallback = context.rule.mode.fallback else { return nil }
        var replicas = assignment.replicas
        guard assignment.isDegraded else {
            let keepingUp = progress.indices
                .filter { progress[$0].isCounted && !hasFailed($0, context) }
                .map { progress[$0] }
            guard keepingUp.count < fallback.below else { return nil }
            for index in replicas.indices where replicas[index].node != context.identity.node {
                let node = replicas[index].node
                replicas[index].isInSync = keepingUp.contains {
                    $0.node == node && $0.match >= committedBound
                }
            }
            return .degrade(true, replicas)
        }
        guard mayReturn(above: fallback.below, at: now, context) else { return nil }
        for index in replicas.indices where replicas[index].standing != .joining {
            replicas[index].isInSync = true
        }
        return .degrade(false, replicas)
    }

    /// Whether everything that is committed satisfies the shard's own mode again.
    ///
    /// The primary obeys it for a moment before: under load what it acknowledges alone would always be
    /// ahead of the backups.
    private mutating func mayReturn(
        above least: Int,
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        let abreast = progress.indices.count { place in
            progress[place].isCounted && isAbreast(place, at: now, context)
        }
        guard isServing, abreast >= least else {
            abreastSince = nil
            returningSince = nil
            return false
        }
        let since = abreastSince ?? now
        abreastSince = since
        guard now.since(since) >= context.timing.returnDelay else { return false }
        let returning = returningSince ?? now
        returningSince = returning
        guard now.since(returning) <= context.timing.backupLag else {
            abreastSince = nil
            returningSince = nil
            return false
        }
        return acknowledgedIndex(context) >= commit
    }

    // Of a backup by its place: its value would be copied.

    @inline(__always)
    private func hasFailed(_ place: Int, _ context: NodeContext) -> Bool {
        let silence = context.attentive.since(progress[place].heard)
        if silence > context.timing.backupSilence { return true }
        if let linked = progress[place].linkedCopy, linked != progress[place].admittedCopy {
            return true
        }
        let lag = context.attentive.since(progress[place].lag.since)
        if lag > context.timing.backupLag, progress[place].lag.index > reach(of: place) {
            return true
        }
        guard let since = progress[place].leaselessSince else { return false }
        return context.attentive.since(since) > context.timing.backupLag
    }

    /// Everything that was ever committed ends here: what an earlier reign may have committed ends
    /// where this one begins.
    private var committedBound: UInt64 { max(commit, termStart - min(termStart, 1)) }

    /// Whether a backup keeps up and has everything that is committed, or lags little where the
    /// primary acknowledges alone.
    ///
    /// A primary that cannot commit yet may still admit copies: it may need them to commit.
    @inline(__always)
    func isAbreast(
        _ place: Int,
        at now: Instant,
        _ context: NodeContext
    ) -> Bool {
        guard progress[place].flow == .streaming,
            context.attentive.since(progress[place].heard) <= 2 * context.timing.poll
        else { return false }
        if progress[place].match >= committedBound { return true }
        return isServing && acknowledgesUnderLease(context)
            && progress[place].lagAge(last: log.lastIndex, at: now) <= context.timing.maximumLag / 4
    }

    /// What a backup is judged by: a link of a chain answers for those behind it, and is not to be
    /// blamed for them.
    @inline(__always)
    private func reach(of place: Int) -> UInt64 {
        chain == nil ? progress[place].match : max(progress[place].match, progress[place].holds)
    }

    /// Notes since when a backup lacks an entry that the primary has.
    @inline(__always)
    mutating func noteLag(of index: Int, at now: Instant, _ context: NodeContext) {
        if reach(of: index) >= progress[index].lag.index {
            progress[index].lag.note(log.lastIndex, attentive: context.attentive, now)
        }
    }
}
