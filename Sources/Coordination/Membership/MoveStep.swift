import Topology

/// The next step of one shard to where it is to be: at most one replica joins at a time, so that the
/// shard never has fewer complete copies than it had.
struct MoveStep: Equatable {
    var replicas: [ReplicaAssignment]
    var heir: NodeID?

    /// What the step may rely on.
    struct Conditions {
        /// The nodes that are heard, so that they can be filled.
        var heard: [NodeID]
        /// The replicas that could reign now.
        var complete: [NodeID]
        /// Whether the first choice is to reign although nothing else changes.
        var alignsPrimaries: Bool
    }

    /// Nil where the shard is where it is to be, or cannot get closer at the moment.
    init?(
        of assignment: ShardAssignment,
        to target: [NodeID],
        _ conditions: Conditions
    ) {
        let members = assignment.members
        let missing = target.filter { node in !members.contains { $0.node == node } }
        let extra = members.filter { !target.contains($0.node) }
        let present = assignment.replicas.first { $0.standing == .joining }?.node
        let viable = missing.filter(conditions.heard.contains)
        let joining = viable.first { $0 == present } ?? viable.first
        guard joining != nil || missing.count < extra.count || (missing.isEmpty && extra.isEmpty)
        else { return nil }
        let surplus = extra.count - missing.count + (joining == nil ? 0 : 1)
        let leaving = Self.leaving(of: extra, max(0, surplus), assignment.primary, conditions)
        let isLast = missing.count <= 1
        let isReordered = assignment.replicas.map(\.node) != target
        heir = nil
        if let primary = assignment.primary {
            let isLeaving = leaving.contains(primary)
            let wanted = isLeaving ? target : Array(target.prefix(1))
            if isLeaving || (isLast && (isReordered || conditions.alignsPrimaries)) {
                heir = wanted.first { node in
                    node == joining || conditions.complete.contains(node)
                }
            }
            if heir == primary { heir = nil }
            if isLeaving, heir == nil { return nil }
        }
        replicas = Self.marked(members, joining, leaving)
        if joining == nil, leaving.isEmpty, heir == nil {
            guard isReordered else { return nil }
            replicas = Self.ordered(replicas, by: target)
        }
    }

    /// Those that go first: who cannot serve, then who does not reign, the last choices before.
    private static func leaving(
        of extra: [ReplicaAssignment],
        _ count: Int,
        _ primary: NodeID?,
        _ conditions: Conditions
    ) -> [NodeID] {
        let ranked = extra.enumerated().sorted { left, right in
            let ranks = [left, right].map { place, replica in
                (
                    replica.node == primary ? 1 : 0,
                    conditions.complete.contains(replica.node) ? 1 : 0, -place
                )
            }
            return ranks[0] < ranks[1]
        }
        return ranked.prefix(count).map(\.element.node)
    }

    /// In the order that they have, which may be a chain's, and behind them who joins.
    private static func marked(
        _ members: [ReplicaAssignment],
        _ joining: NodeID?,
        _ leaving: [NodeID]
    ) -> [ReplicaAssignment] {
        let marked = members.map { member in
            var member = member
            member.standing = leaving.contains(member.node) ? .leaving : .member
            return member
        }
        guard let joining else { return marked }
        let joins = ReplicaAssignment(
            node: joining,
            copy: .none,
            isInSync: false,
            standing: .joining
        )
        return marked + [joins]
    }

    /// In the target's order, and behind it those that are not in it.
    static func ordered(
        _ replicas: [ReplicaAssignment],
        by target: [NodeID]
    ) -> [ReplicaAssignment] {
        target.compactMap { node in replicas.first { $0.node == node } }
            + replicas.filter { !target.contains($0.node) }
    }
}
