import Topology

/// How shards get to where the membership wants them: one at a time, each by map changes that its
/// primary proposes once the new copy is complete.
extension CoordinatorCore {
    /// Shards on the move at once.
    private static let streams = 1
    /// Without progress for so long, a shard's move is put off: another one may go better.
    private static let stallLimit: UInt64 = 3_000_000_000
    private static let pause: UInt64 = 2_000_000_000
    /// Longer than a link between nodes holds a message back and still counts as one.
    private static let linkMemory: UInt64 = 1_000_000_000
    /// A process counts its own start as a grant, so that it cannot take a reign over at once: longer
    /// than any grant.
    private static let settlingTime: UInt64 = 300_000_000

    /// What the coordinator remembers of moves; nothing of it has to survive it.
    struct Movement {
        /// The placement of `membership`.
        var target: [[NodeID]] = []
        var membership = Membership()
        /// Shards that are not known to be where they are to be, ascending.
        var unfinished: [Int] = []
        /// When each shard on the move last got further.
        var watched: [Int: Watched] = [:]
        /// Shards that wait until a moment for their next attempt.
        var paused: [Int: Instant] = [:]

        struct Watched {
            var version: UInt64
            var sentBytes: UInt64
            var since: Instant
        }
    }

    /// Where every shard is to be; nil where the scheme cannot say.
    mutating func target(of map: ClusterMap) -> [[NodeID]]? {
        if movement.membership == map.membership, movement.target.count == map.shards.count {
            return movement.target
        }
        guard
            let placed = try? map.membership.place(
                shards: map.shards.count,
                by: configuration.placement,
                replicas: map.replicaCount
            )
        else { return nil }
        movement = Movement()
        movement.target = placed
        movement.membership = map.membership
        movement.unfinished = Array(placed.indices)
        return placed
    }

    /// Carries the operation under way on by what can be done now.
    mutating func move(in map: inout ClusterMap) -> Bool {
        guard let operation = map.operation, let target = target(of: map) else { return false }
        if movement.unfinished.isEmpty {
            movement.unfinished = target.indices.filter {
                !isFinished(map.shards[$0], target[$0], operation, map)
            }
            if movement.unfinished.isEmpty {
                finish(operation, in: &map)
                return true
            }
        }
        var changed = false
        var moving = 0
        movement.unfinished = movement.unfinished.filter { shard in
            !isFinished(map.shards[shard], target[shard], operation, map)
        }
        for shard in movement.unfinished where map.shards[shard].isMoving {
            changed = revise(shard, to: target[shard], operation, in: &map) || changed
            if map.shards[shard].isMoving { moving += 1 }
        }
        for shard in movement.unfinished where !map.shards[shard].isMoving {
            guard moving < Self.streams else { break }
            guard mayMove(shard, map) else { continue }
            changed = revise(shard, to: target[shard], operation, in: &map) || changed
            if map.shards[shard].isMoving { moving += 1 }
        }
        return changed
    }

    private func isFinished(
        _ assignment: ShardAssignment,
        _ target: [NodeID],
        _ operation: MembershipOperation,
        _ map: ClusterMap
    ) -> Bool {
        guard !assignment.isMoving, assignment.replicas.map(\.node) == target else { return false }
        guard operation.alignsPrimaries, assignment.primary != target[0],
            let first = assignment.replica(target[0])
        else { return true }
        return !isComplete(first, map.election(of: assignment))
    }

    /// Whether a shard that does not move may begin to.
    private func mayMove(_ shard: Int, _ map: ClusterMap) -> Bool {
        if let until = movement.paused[shard], attentive < until { return false }
        guard let primary = map.shards[shard].primary else { return false }
        return isAlive(primary) && complaints[shard] == nil
    }

    /// Whether a process runs for long enough to reign without a pause.
    private func isSettled(_ node: NodeID) -> Bool {
        nodes.contains { $0.id == node && attentive.since($0.since) >= Self.settlingTime }
    }

    /// Whether a node may be named as one that joins a shard, or goes on joining it.
    ///
    /// Both it and the primary must have learnt that it was named no more, where it was; what it said before
    /// that must have arrived.
    private func mayJoin(_ node: NodeID, _ shard: Int, _ assignment: ShardAssignment) -> Bool {
        if assignment.replica(node)?.standing == .joining { return true }
        let release = releases.last(of: node, in: shard)
        return attentive.since(release.at) >= Self.linkMemory
            && [node, assignment.primary].compactMap(\.self).allSatisfy { node in
                status(of: node).map { $0.epoch >= release.epoch } ?? false
            }
    }

    /// Writes the marks of the next step, or takes them back where there is none or it gets nowhere.
    private mutating func revise(
        _ shard: Int,
        to target: [NodeID],
        _ operation: MembershipOperation,
        in map: inout ClusterMap
    ) -> Bool {
        let old = map.shards[shard]
        let election = map.election(of: old)
        let conditions = MoveStep.Conditions(
            heard: heardNodes.filter { isSettled($0) && mayJoin($0, shard, old) },
            complete: old.replicas.map(\.node).filter { node in
                isSettled(node)
                    && old.replica(node).map { isComplete($0, election) } == true
            },
            alignsPrimaries: operation.alignsPrimaries
        )
        var step = MoveStep(of: old, to: target, conditions)
        if step != nil, old.isMoving, isStalled(shard, old) {
            tell(shard, "its move gets nowhere and is put off")
            movement.paused[shard] = attentive.advanced(by: Self.pause)
            movement.watched[shard] = nil
            step = nil
        }
        var new = old
        new.replicas = step?.replicas ?? Self.unmarked(old.members)
        new.heir = step?.heir
        guard new != old else { return false }
        new.version += 1
        // Another order of a chain's links is another reign, of the same primary.
        if election.isChain, new.inSync != old.inSync { new.term = old.term.next }
        map.shards[shard] = new
        return true
    }

    static func unmarked(_ replicas: [ReplicaAssignment]) -> [ReplicaAssignment] {
        replicas.map { replica in
            var replica = replica
            replica.standing = .member
            return replica
        }
    }

    private mutating func isStalled(_ shard: Int, _ assignment: ShardAssignment) -> Bool {
        let copies = assignment.primary.flatMap { status(of: $0)?.copies } ?? []
        let sent = copies.first { Int($0.shard.value) == shard }?.sentBytes ?? 0
        if let watched = movement.watched[shard], watched.version == assignment.version,
            watched.sentBytes == sent
        {
            return attentive.since(watched.since) >= Self.stallLimit
        }
        movement.watched[shard] = Movement.Watched(
            version: assignment.version,
            sentBytes: sent,
            since: attentive
        )
        return false
    }

    /// Whether a primary's proposal is the outcome of the marks: who joins has a copy that its node
    /// holds, who leaves is gone, and nobody else came or went.
    func concludesMove(
        _ replicas: [ReplicaAssignment],
        of assignment: ShardAssignment
    ) -> Bool {
        let remaining = assignment.replicas.filter { $0.standing != .leaving }
        guard assignment.isMoving, replicas.map(\.node) == remaining.map(\.node),
            replicas.contains(where: \.isInSync)
        else { return false }
        return zip(replicas, remaining).allSatisfy { new, old in
            new.standing == .member && (new.isInSync || !old.isInSync)
                && (new.copy == status(of: new.node)?.copy
                    || (new.copy == old.copy && old.standing == .member))
        }
    }

    /// The outcome of a move in the placement's order.
    mutating func placed(
        _ replicas: [ReplicaAssignment],
        _ shard: Int,
        in map: ClusterMap
    ) -> [ReplicaAssignment] {
        guard let target = target(of: map)?[shard] else { return replicas }
        return MoveStep.ordered(replicas, by: target)
    }

    /// Makes the heir of a planned change reign; nobody is shut out by it.
    mutating func succeed(
        _ heir: NodeID,
        _ boot: BootID,
        _ replicas: [ReplicaAssignment],
        in assignment: inout ShardAssignment
    ) {
        assignment.term = assignment.term.next
        assignment.primary = heir
        assignment.primaryBoot = boot
        assignment.replicas = replicas
        assignment.heir = nil
    }

    private mutating func finish(_ operation: MembershipOperation, in map: inout ClusterMap) {
        map.operation = nil
        map.nodes.removeAll { operation.forgets.contains($0.id) }
        map.membership.simplify(for: configuration.placement)
        movement = Movement()
        remark("the \(operation.kind.name) is done")
    }
}
