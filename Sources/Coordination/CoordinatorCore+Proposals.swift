import Topology

/// What primaries ask for.
extension CoordinatorCore {
    /// Carries a primary's proposal out, or raises the version so that it can never be: either way its
    /// outcome shows in the map.
    mutating func apply(
        _ proposal: ShardProposal,
        from node: NodeID,
        to map: inout ClusterMap,
        _ effects: inout [CoordinatorEffect]
    ) -> Bool {
        let index = Int(proposal.shard.value)
        guard index < map.shards.count else { return false }
        let assignment = map.shards[index]
        let election = map.election(of: assignment)
        guard assignment.term == proposal.term, assignment.version == proposal.version,
            assignment.primary == node
        else {
            if let known = self.map { effects.append(.announce(known, to: node)) }
            return false
        }
        switch proposal.change {
        case .replicas(var replicas):
            map.shards[index].version += 1
            let isMove = concludesMove(replicas, of: assignment)
            guard isMove || isSound(replicas, for: assignment) else { return true }
            if !isMove { keepComplete(&replicas, assignment, election) }
            guard replicas != assignment.replicas,
                !election.isChain || isLinked(replicas, behind: node)
            else { return true }
            map.shards[index].replicas = isMove ? placed(replicas, index, in: map) : replicas
            // Another order of the links is another reign, of the same primary.
            if election.isChain { map.shards[index].term = assignment.term.next }
            tell(index, isMove ? "its replicas are \(names(of: replicas))" : describe(replicas))
        case .succession(let heir, let replicas):
            map.shards[index].version += 1
            guard assignment.heir == heir, concludesMove(replicas, of: assignment),
                replicas.contains(where: { $0.node == heir && $0.isInSync }), isAlive(heir),
                !election.isChain || isLinked(replicas, behind: heir),
                let status = status(of: heir)
            else { return true }
            tell(index, "\(node) hands over to \(heir), as planned")
            let placed = placed(replicas, index, in: map)
            succeed(heir, status.boot, placed, in: &map.shards[index])
        case .degrade(let isDegraded, let replicas):
            map.shards[index].version += 1
            guard map.degradedElection != nil, isSound(replicas, for: assignment),
                assignment.isDegraded != isDegraded
            else { return true }
            if isDegraded, canReplace(node, of: assignment, election) { return true }
            map.shards[index].replicas = replicas
            map.shards[index].isDegraded = isDegraded
            tell(
                index,
                isDegraded
                    ? "too few backups keep up: it degrades; \(describe(replicas))"
                    : "enough backups keep up: it is degraded no more"
            )
        case .handOver(let heir):
            guard let replica = assignment.replica(heir), isComplete(replica, election),
                let status = status(of: heir)
            else {
                map.shards[index].version += 1
                return true
            }
            tell(index, "\(node) hands over to \(heir), whose log is higher")
            promote(heir, status.boot, in: &map.shards[index], election)
        }
        return true
    }

    /// Whether each link of a chain reaches the next.
    private func isLinked(_ replicas: [ReplicaAssignment], behind head: NodeID) -> Bool {
        let links = [head] + replicas.filter { $0.isInSync && $0.node != head }.map(\.node)
        return zip(links, links.dropFirst()).allSatisfy { link, next in
            status(of: link)?.reaches.contains(next) == true || !isAlive(link)
        }
    }

    private func isSound(
        _ replicas: [ReplicaAssignment],
        for assignment: ShardAssignment
    ) -> Bool {
        guard replicas.map(\.node) == assignment.replicas.map(\.node) else { return false }
        return zip(replicas, assignment.replicas).allSatisfy { new, old in
            guard new.standing == old.standing else { return false }
            guard new.standing != .joining else { return new == old }
            let keepsPrimary = new.node != assignment.primary || new.isInSync
            return keepsPrimary && (new.copy == old.copy || new.copy == status(of: new.node)?.copy)
        }
    }

    /// Leaves out of a set that is too small for writes only those that could not reign: the others
    /// gain nothing by it, and without their primary nobody would be left.
    private func keepComplete(
        _ replicas: inout [ReplicaAssignment],
        _ assignment: ShardAssignment,
        _ election: ElectionRule
    ) {
        guard election.electsFromInSync,
            replicas.count(where: \.isInSync) < election.minimumInSync
        else { return }
        for index in replicas.indices where !replicas[index].isInSync {
            guard let old = assignment.replica(replicas[index].node), isComplete(old, election)
            else { continue }
            replicas[index] = old
        }
    }

    /// Whether the other replicas could keep the promise that their primary cannot.
    private func canReplace(
        _ primary: NodeID,
        of assignment: ShardAssignment,
        _ election: ElectionRule
    ) -> Bool {
        let least = max(election.recoverySetSize, election.minimumInSync)
        var others = assignment
        others.replicas.removeAll { $0.node == primary }
        return others.replicas.contains { replica in
            isComplete(replica, election)
                && reachedCount(from: replica.node, others, election) >= least
        }
    }

    private func describe(_ replicas: [ReplicaAssignment]) -> String {
        "in sync are \(names(of: replicas.filter(\.isInSync)))"
    }

    private func names(of replicas: [ReplicaAssignment]) -> String {
        replicas.map(\.node.description).joined(separator: ", ")
    }
}
