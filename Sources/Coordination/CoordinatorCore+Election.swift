import Topology

/// Who reigns next, and whether anybody may.
extension CoordinatorCore {
    /// Gives a shard whose primary failed a new one, where one may be promoted.
    mutating func failOver(
        _ shard: Int,
        in map: inout ClusterMap
    ) -> Bool {
        let assignment = map.shards[shard]
        guard !awaitsMember(of: assignment) else { return false }
        guard let failure = failure(of: assignment, shard: ShardID(UInt16(shard))) else {
            complain(shard, nil)
            return false
        }
        let election = map.election(of: assignment)
        switch choose(for: assignment, of: ShardID(UInt16(shard)), failure, election) {
        case .promote(let node, let boot):
            complain(shard, nil)
            tell(shard, "its primary \(failure.words); \(node) reigns")
            promote(node, boot, in: &map.shards[shard], election)
            return true
        case .acceptLoss(let node):
            complain(shard, nil)
            tell(
                shard,
                "writes are lost: every replica answered and none holds all it was promised to; "
                    + "\(node) reigns with what it has"
            )
            acceptLoss(node, in: &map.shards[shard], election)
            return true
        case .nobody(let reason):
            complain(shard, reason)
            return false
        }
    }

    /// Shards that stay without a primary that could serve, by the reason, as operators and nodes are
    /// told.
    public var unavailable: [UnavailableShards] {
        var groups: [UnavailableShards] = []
        for (shard, reason) in complaints.sorted(by: { $0.key < $1.key }) {
            let id = ShardID(UInt16(shard))
            if let index = groups.firstIndex(where: { $0.reason == reason }) {
                groups[index].shards.append(id)
            } else {
                groups.append(UnavailableShards(reason: reason, shards: [id]))
            }
        }
        return groups
    }

    enum Failure: Equatable {
        /// The process that reigned is gone; its node may be electable again.
        case restarted
        case silent
        /// It is heard, but cannot serve.
        case impeded

        var words: String {
            switch self {
            case .restarted: "restarted"
            case .silent: "is silent"
            case .impeded: "cannot serve"
            }
        }
    }

    enum Choice: Equatable {
        case promote(NodeID, BootID)
        case acceptLoss(NodeID)
        case nobody(String)
    }

    private func awaitsMember(of assignment: ShardAssignment) -> Bool {
        assignment.replicas.contains { $0.standing != .joining && isAwaited($0.node) }
    }

    func failure(of assignment: ShardAssignment, shard: ShardID) -> Failure? {
        guard let primary = assignment.primary else { return .silent }
        let status = status(of: primary)
        if let status, status.boot != assignment.primaryBoot { return .restarted }
        guard isAlive(primary), let status else {
            return isVouched(shard, assignment) ? nil : .silent
        }
        if status.loopSilence >= Self.loopSilenceLimit { return .impeded }
        guard let impeded = status.impeded.first(where: { $0.shard == shard }),
            impeded.term == assignment.term
        else { return nil }
        return Self.isImpeded(impeded) ? .impeded : nil
    }

    /// Whether a primary has been without a lease, or an append without a commit, for too long.
    static func isImpeded(_ shard: ImpededShard) -> Bool {
        shard.leaseless >= leaselessLimit || shard.stuck >= stuckLimit
    }

    /// Whether a replica says that the silent primary still holds its lease.
    private func isVouched(_ shard: ShardID, _ assignment: ShardAssignment) -> Bool {
        assignment.replicas.contains { replica in
            replica.node != assignment.primary && isAlive(replica.node)
                && status(of: replica.node)?.vouched.contains(shard) == true
        }
    }

    private func choose(
        for assignment: ShardAssignment,
        of shard: ShardID,
        _ failure: Failure,
        _ election: ElectionRule
    ) -> Choice {
        let holders = assignment.members.filter { isComplete($0, election) }
        var candidates = holders.filter { $0.node != assignment.primary }
        if failure == .restarted {
            candidates += holders.filter { $0.node == assignment.primary }
        }
        // The one that reaches the most, in the placement's order among equals.
        var elected: ReplicaAssignment?
        var most = -1
        for candidate in candidates {
            let reached = reachedCount(from: candidate.node, assignment, election)
            guard reached >= leastReach(failure, election), reached > most else { continue }
            (elected, most) = (candidate, reached)
        }
        if let elected, let status = status(of: elected.node) {
            return .promote(elected.node, status.boot)
        }
        let lacksHolders = holders.count < election.recoverySetSize || holders.isEmpty
        if failure == .impeded, !lacksHolders || !hasWaitedForHolders(assignment, shard) {
            return .nobody("its primary cannot serve, and no other replica reaches enough")
        }
        let silent = assignment.members.filter { !isAlive($0.node) }
        guard silent.isEmpty else {
            let names = silent.map(\.node.description).joined(separator: ", ")
            return .nobody("no complete replica is left without \(names)")
        }
        guard !candidates.isEmpty || holders.isEmpty || failure == .impeded else {
            return .nobody("its complete replicas do not reach each other")
        }
        // A process that has just started has not read its map yet, and so not said what it holds.
        let mute = assignment.members.filter { end(of: shard, on: $0.node) == nil }
        guard mute.isEmpty else {
            let names = mute.map(\.node.description).joined(separator: ", ")
            return .nobody("how far its log reaches is not known yet of \(names)")
        }
        guard lacksHolders, let best = fullest(of: assignment.members, shard, election) else {
            return .nobody("its complete replicas do not reach each other")
        }
        return .acceptLoss(best.node)
    }

    /// The replica with the highest log, of equals one that is complete, in the placement's order.
    ///
    /// Those that are not in sync may hold what the lost ones held: as long as they were not needed for
    /// acknowledgements they lack nothing.
    private func fullest(
        of members: [ReplicaAssignment],
        _ shard: ShardID,
        _ election: ElectionRule
    ) -> ReplicaAssignment? {
        var best: (replica: ReplicaAssignment, end: LogPosition, isComplete: Bool)?
        for replica in members {
            let end = end(of: shard, on: replica.node) ?? .start
            let isComplete = isComplete(replica, election)
            if let best, (best.end, best.isComplete ? 1 : 0) >= (end, isComplete ? 1 : 0) {
                continue
            }
            best = (replica, end, isComplete)
        }
        return best?.replica
    }

    private func end(of shard: ShardID, on node: NodeID) -> LogPosition? {
        status(of: node)?.ends.first { $0.shard == shard }?.end
    }

    /// Whether a primary is without a lease for so long that it will not become one by itself: a
    /// replica that it needs to recover started anew after it was promoted.
    private func hasWaitedForHolders(
        _ assignment: ShardAssignment,
        _ shard: ShardID
    ) -> Bool {
        guard let primary = assignment.primary, let status = status(of: primary) else {
            return true
        }
        return status.impeded.contains {
            $0.shard == shard && $0.term == assignment.term
                && $0.leaseless >= Self.recoveryLimit
        }
    }

    /// Whether a replica is there, holds the copy that the map admits and is in sync where that counts.
    func isComplete(_ replica: ReplicaAssignment, _ election: ElectionRule) -> Bool {
        replica.standing != .joining && isAlive(replica.node)
            && status(of: replica.node)?.copy == replica.copy
            && (replica.isInSync || !election.electsFromInSync)
    }

    /// Replicas, itself included, that a new primary must reach.
    ///
    /// A primary that is heard but cannot serve is replaced only by one that could take writes.
    private func leastReach(_ failure: Failure, _ election: ElectionRule) -> Int {
        failure == .impeded
            ? max(election.recoverySetSize, election.minimumInSync) : election.recoverySetSize
    }

    func reachedCount(
        from node: NodeID,
        _ assignment: ShardAssignment,
        _ election: ElectionRule
    ) -> Int {
        let reached = status(of: node)?.reaches ?? []
        let others = assignment.replicas.count { replica in
            replica.node != node && isComplete(replica, election) && reached.contains(replica.node)
        }
        return others + 1
    }

    /// Starts a term.
    ///
    /// Of the in-sync set, those stay whom the new primary reaches.
    func promote(
        _ node: NodeID,
        _ boot: BootID,
        in assignment: inout ShardAssignment,
        _ election: ElectionRule
    ) {
        let deposed = assignment.primary
        assignment.term = assignment.term.next
        assignment.version += 1
        assignment.primary = node
        assignment.primaryBoot = boot
        guard election.electsFromInSync else { return }
        let reached = status(of: node)?.reaches ?? []
        var link = node
        for index in assignment.replicas.indices {
            let replica = assignment.replicas[index]
            guard replica.node != node else {
                assignment.replicas[index].isInSync = true
                continue
            }
            let follows =
                !election.isChain || status(of: link)?.reaches.contains(replica.node) == true
            let stays = isComplete(replica, election) && replica.node != deposed && follows
            assignment.replicas[index].isInSync = stays && reached.contains(replica.node)
            if assignment.replicas[index].isInSync { link = replica.node }
        }
    }

    /// Admits every copy as it is.
    ///
    /// Where a mode elects from the in-sync set, the others join it once they have what the new primary has.
    func acceptLoss(
        _ node: NodeID,
        in assignment: inout ShardAssignment,
        _ election: ElectionRule
    ) {
        assignment.term = assignment.term.next
        assignment.version += 1
        assignment.acceptedLosses += 1
        assignment.primary = node
        assignment.primaryBoot = status(of: node)?.boot ?? .none
        assignment.heir = nil
        assignment.replicas = Self.unmarked(assignment.members)
        for index in assignment.replicas.indices {
            let id = assignment.replicas[index].node
            assignment.replicas[index].copy = status(of: id)?.copy ?? .none
            assignment.replicas[index].isInSync = id == node || !election.electsFromInSync
        }
    }
}
