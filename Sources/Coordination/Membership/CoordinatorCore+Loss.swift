import Topology

/// What an operator decides where nobody may reign without a risk.
extension CoordinatorCore {
    /// Goes on with what is left of shards whose complete replicas are silent.
    mutating func acceptLoss(
        of asked: [ShardID],
        in map: inout ClusterMap
    ) -> AdminAnswer {
        let waiting = map.shards.indices.filter { index in
            guard complaints[index] != nil,
                let failure = failure(of: map.shards[index], shard: ShardID(UInt16(index)))
            else { return false }
            return failure != .impeded
        }
        if let other = asked.first(where: { !waiting.contains(Int($0.value)) }) {
            return .refused("\(other) needs no such decision: it is served, or will be")
        }
        let shards = asked.isEmpty ? waiting : asked.map { Int($0.value) }.sorted()
        guard !shards.isEmpty else { return .refused("no shard needs such a decision") }
        let needed = map.election.recoverySetSize
        let heard = heardNodes.filter { map.node($0) != nil }
        guard heard.count >= needed else {
            return .refused("\(needed) nodes must be heard, and \(heard.count) are")
        }
        for shard in shards { giveUp(shard, in: &map, heard) }
        let names = shards.prefix(6).map { "s\($0)" }.joined(separator: ", ")
        let more = shards.count > 6 ? " and \(shards.count - 6) more" : ""
        return .accepted("the loss of what only silent nodes hold is accepted: \(names)\(more)")
    }

    private mutating func giveUp(
        _ shard: Int,
        in map: inout ClusterMap,
        _ heard: [NodeID]
    ) {
        var assignment = map.shards[shard]
        let election = map.election(of: assignment)
        var members = assignment.members.filter { isAlive($0.node) }
        let silent = assignment.members.filter { !isAlive($0.node) }
        members.sort { fitness($0, election) > fitness($1, election) }
        if members.count < election.recoverySetSize {
            // Those who are to decide what is there must be heard, so others take the silent ones' places.
            let wanted = target(of: map)?[shard] ?? []
            for node in wanted + heard
            where heard.contains(node) && members.count < map.replicaCount
                && !members.contains(where: { $0.node == node })
            {
                members.append(ReplicaAssignment(node: node, copy: .none, isInSync: false))
            }
            assignment.replicas = members
        } else {
            assignment.replicas = members + silent
        }
        guard let best = members.first else { return }
        acceptLoss(best.node, in: &assignment, election)
        map.shards[shard] = assignment
        complain(shard, nil)
    }

    /// How much of what was acknowledged a replica may be expected to hold.
    private func fitness(_ replica: ReplicaAssignment, _ election: ElectionRule) -> Int {
        if isComplete(replica, election) { return 2 }
        return status(of: replica.node)?.copy == replica.copy ? 1 : 0
    }
}
