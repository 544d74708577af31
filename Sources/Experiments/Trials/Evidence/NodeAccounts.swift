internal import Clusters
internal import Report
internal import Topology
internal import Workloads

/// What the nodes did and held at one moment.
struct NodeSnapshot: Sendable {
    var tallies: [NodeID: NodeTally]
    var members: [NodeID]
    /// CLOCK_MONOTONIC.
    var takenAt: Int64

    /// Takes some milliseconds.
    static func take(of cluster: Cluster) async -> NodeSnapshot {
        let tallies = await cluster.tallies()
        return NodeSnapshot(tallies: tallies, members: cluster.nodes, takenAt: TrialClock.now)
    }
}

/// How a measurement's work and data were spread over the nodes, and what moved between them.
struct NodeAccounts {
    let specification: ClusterSpecification
    let workload: any Workload
    let begin: NodeSnapshot
    /// When the measurement was over.
    let end: NodeSnapshot
    /// When everything was healed and no shard was on its way.
    let settled: NodeSnapshot
    let steps: [MembershipStep]

    /// A shorter time would say more of chance than of the placement.
    private static let shortestWindow: Int64 = 1_000_000_000

    private func weight(of node: NodeID) -> Double {
        let index = Int(node.value) - 1
        return specification.weights.indices.contains(index) ? specification.weights[index] : 1
    }

    /// From when on operations are counted: the last change of the members, where enough time is left.
    private var counted: (from: Int64, tallies: [NodeID: NodeTally]) {
        let latest = end.takenAt - Self.shortestWindow
        let step = steps.last { Int64($0.endedAt) <= latest }
        return step.map { (Int64($0.endedAt), $0.tallies) } ?? (begin.takenAt, begin.tallies)
    }

    /// Nil where the system tells nothing.
    var balance: BalanceRecord? {
        let counted = counted
        let nodes = end.members.filter { end.tallies[$0] != nil }.map { node in
            let operations =
                (end.tallies[node]?.commands ?? 0) - (counted.tallies[node]?.commands ?? 0)
            return BalanceRecord.Node(
                node: Int(node.value),
                weight: weight(of: node),
                operations: max(0, operations),
                bytes: settled.tallies[node]?.dataBytes ?? 0
            )
        }
        guard !nodes.isEmpty else { return nil }
        let weights = nodes.map(\.weight)
        let operations = LoadBalance(nodes.map { Double($0.operations) }, weights: weights)
        let bytes = LoadBalance(nodes.map { Double($0.bytes) }, weights: weights)
        return BalanceRecord(
            nodes: nodes,
            seconds: Double(end.takenAt - counted.from) / 1e9,
            operationsPeak: operations?.peak,
            bytesPeak: bytes?.peak
        )
    }

    /// Nil where nobody joined or left.
    var movement: MovementRecord? {
        guard !steps.isEmpty else { return nil }
        let sent = settled.tallies.reduce(0) { sum, tally in
            sum + tally.value.movedBytes - (begin.tallies[tally.key]?.movedBytes ?? 0)
        }
        var movement = MovementRecord(
            shards: 0,
            leastShards: 0,
            bytes: max(0, sent),
            leastBytes: 0
        )
        let sizes = shardBytes
        for step in steps {
            let ones = [Double](repeating: 1, count: sizes.count)
            let copies = self.movement(by: step, sizes: ones)
            movement.shards += Int(copies.moved.rounded())
            movement.leastShards += copies.minimum
            movement.leastBytes += self.movement(by: step, sizes: sizes).minimum
        }
        return movement
    }

    /// What came to nodes that did not have it, and the least that had to.
    private func movement(by step: MembershipStep, sizes: [Double]) -> DataMovement {
        let isReplacement = if case .replace = step.request { true } else { false }
        var movement = DataMovement(
            before: placementNodes(step.before.members),
            after: placementNodes(step.after.members),
            isReplacement: isReplacement
        )
        let (before, after) = (shards(of: step.before), shards(of: step.after))
        for shard in sizes.indices {
            let (old, new) = (before[shard], after[shard])
            movement.note(before: old.span, after: new.span, amount: sizes[shard])
        }
        return movement
    }

    private func shards(of standing: MembershipStep.Standing) -> [[UInt32]] {
        var shards = [[UInt32]](repeating: [], count: specification.shards)
        let width = KeySlot.count / specification.shards
        for holding in standing.holders {
            for shard in holding.slots.lowerBound / width...holding.slots.upperBound / width {
                shards[shard] = holding.nodes.map { UInt32($0.value) }
            }
        }
        return shards
    }

    private func placementNodes(_ nodes: [NodeID]) -> [PlacementNode] {
        nodes.map { PlacementNode($0, weight: weight(of: $0)) }
    }

    /// What one copy of each shard takes: what all nodes hold, dealt out by the keys' slots.
    private var shardBytes: [Double] {
        let count = specification.shards
        var keys = [Double](repeating: 0, count: count)
        for record in 0..<workload.records {
            let slot = KeySlot.slot(of: KeyName.bytes(of: record).span)
            keys[Int(KeySlot.shard(ofSlot: slot, shardCount: count).value)] += 1
        }
        let held = settled.members.reduce(0) { $0 + (settled.tallies[$1]?.dataBytes ?? 0) }
        let all = keys.reduce(0, +)
        guard all > 0 else { return keys }
        let each = Double(held) / Double(specification.replicas) / all
        return keys.map { $0 * each }
    }
}
