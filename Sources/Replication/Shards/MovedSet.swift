import Topology

/// The replicas of a shard as a change under way would have them, where nodes come or go or the reign
/// passes on: until the outcome is known, the mode's rule must hold for them as well.
struct MovedSet {
    /// Who would reign; nil where the present primary goes on.
    var heir: ReplicaProgress?
    var backups: [ReplicaProgress]
    var mode: any ReplicationMode

    func acknowledgedIndex(own: UInt64, _ context: NodeContext) -> UInt64 {
        let primary = heir.map { $0.isCounted ? $0.match : 0 } ?? own
        return mode.acknowledgedIndex(
            own: primary,
            backups: backups,
            replicaCount: context.replicaCount
        )
    }

    /// A lease that any new primary has to wait for: the heir itself has to grant it too.
    func leaseStart(_ context: NodeContext) -> Instant? {
        let start = mode.leaseStart(backups: backups, replicaCount: context.replicaCount)
        guard let heir else { return start }
        let granted = heir.isCounted ? heir.confirmed : .distantPast
        return start.map { min($0, granted) } ?? granted
    }
}

extension ShardReplica {
    /// What the change under way would make of the replicas; nil where the same nodes hold them.
    func movedSet(_ context: NodeContext) -> MovedSet? {
        guard let proposal else { return nil }
        return movedSet(proposal.proposal.change, context)
    }

    func movedSet(_ change: ShardProposal.Change, _ context: NodeContext) -> MovedSet? {
        switch change {
        case .replicas(let replicas):
            guard replicas.map(\.node) != assignment?.replicas.map(\.node) else { return nil }
            return movedSet(heir: nil, replicas, context)
        case .succession(let heir, let replicas):
            return movedSet(heir: heir, replicas, context)
        case .degrade, .handOver: return nil
        }
    }

    private func movedSet(
        heir: NodeID?,
        _ replicas: [ReplicaAssignment],
        _ context: NodeContext
    ) -> MovedSet {
        let rule = rule(context)
        let primary = heir ?? context.identity.node
        var set = MovedSet(heir: nil, backups: [], mode: rule.mode)
        for replica in replicas {
            var seen = seen(replica, context)
            seen.isRequired = rule.election.electsFromInSync && replica.isInSync
            if replica.node != primary {
                set.backups.append(seen)
            } else if heir != nil {
                set.heir = seen
            }
        }
        return set
    }

    private func seen(_ replica: ReplicaAssignment, _ context: NodeContext) -> ReplicaProgress {
        guard replica.node != context.identity.node else {
            var own = ReplicaProgress(replica, linkedCopy: context.identity.copy)
            own.match = durable
            // This replica knows when it is asked to follow, and then serves no more.
            own.confirmed = Instant(nanoseconds: .max)
            return own
        }
        guard var seen = progress.first(where: { $0.node == replica.node }) else {
            return ReplicaProgress(replica, linkedCopy: nil)
        }
        seen.take(replica)
        return seen
    }

    /// What a primary knows at first of another replica.
    func newProgress(
        of replica: ReplicaAssignment,
        at now: Instant,
        _ context: NodeContext
    ) -> ReplicaProgress {
        var progress = ReplicaProgress(replica, linkedCopy: context.linkedCopy(of: replica.node))
        progress.isFed = chain == nil || !replica.isInSync || chain?.successor == replica.node
        progress.next = log.lastIndex + 1
        progress.heard = context.attentive
        // One in sync lags no more than the mode allows; what another lacks may be of any age.
        progress.lag = .init(
            attentive: context.attentive,
            now,
            unknownUntil: replica.isInSync ? 0 : log.lastIndex
        )
        return progress
    }
}
