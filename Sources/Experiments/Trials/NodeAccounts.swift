internal import Clusters
internal import Report
internal import Topology
internal import Workloads

/// What the nodes did and held at one moment, and who held what.
struct NodeSnapshot: Sendable {
    var tallies: [NodeID: NodeTally]
    /// By shard, the first choice first.
    var shards: [[NodeID]]
    var members: [NodeID]

    /// Takes some milliseconds.
    static func take(of cluster: Cluster, shardCount: Int) async -> NodeSnapshot {
        let tallies = await cluster.tallies()
        var shards = [[NodeID]](repeating: [], count: shardCount)
        let width = KeySlot.count / shardCount
        for range in cluster.placement {
            for shard in range.slots.lowerBound / width...range.slots.upperBound / width {
                shards[shard] = range.nodes
            }
        }
        return NodeSnapshot(tallies: tallies, shards: shards, members: cluster.nodes)
    }
}

/// How a measurement's work and data were spread, and what moved.
struct NodeAccounts {
    let specification: ClusterSpecification
    let workload: any Workload
    let begin: NodeSnapshot
    /// When the measurement was over.
    let end: NodeSnapshot
    /// When everything had settled.
    let settled: NodeSnapshot

    private func weight(of node: NodeID) -> Double {
        let index = Int(node.value) - 1
        return specification.weights.indices.contains(index) ? specification.weights[index] : 1
    }

    private func operations(of node: NodeID) -> Int {
        let before = begin.tallies[node]?.commands ?? 0
        return max(0, (end.tallies[node]?.commands ?? before) - before)
    }

    /// Nil where the system tells nothing.
    var balance: BalanceRecord? {
        let nodes = end.members.filter { end.tallies[$0] != nil }.map { node in
            BalanceRecord.Node(
                node: Int(node.value),
                weight: weight(of: node),
                operations: operations(of: node),
                bytes: end.tallies[node]?.dataBytes ?? 0
            )
        }
        guard !nodes.isEmpty else { return nil }
        let weights = nodes.map(\.weight)
        return BalanceRecord(
            nodes: nodes,
            operationsPeak: LoadBalance(nodes.map { Double($0.operations) }, weights: weights)?
                .peak,
            bytesPeak: LoadBalance(nodes.map { Double($0.bytes) }, weights: weights)?.peak
        )
    }

    /// Nil where nobody joined or left.
    var movement: MovementRecord? {
        guard begin.members != settled.members else { return nil }
        let (before, after) = (placementNodes(begin.members), placementNodes(settled.members))
        var copies = DataMovement(before: before, after: after)
        var bytes = DataMovement(before: before, after: after)
        let sizes = shardBytes
        for shard in begin.shards.indices {
            let old = begin.shards[shard].map { UInt32($0.value) }
            let new = settled.shards[shard].map { UInt32($0.value) }
            copies.note(before: old.span, after: new.span)
            bytes.note(before: old.span, after: new.span, amount: sizes[shard])
        }
        let sent = settled.tallies.reduce(0) { sum, tally in
            sum + tally.value.movedBytes - (begin.tallies[tally.key]?.movedBytes ?? 0)
        }
        return MovementRecord(
            shards: Int(copies.moved),
            leastShards: copies.minimum,
            bytes: max(0, sent),
            leastBytes: bytes.minimum,
            placedBytes: bytes.moved
        )
    }

    private func placementNodes(_ nodes: [NodeID]) -> [PlacementNode] {
        nodes.map { PlacementNode($0, weight: weight(of: $0)) }
    }

    /// What one copy of each shard takes: what all nodes hold, dealt out by the keys' slots.
    private var shardBytes: [Double] {
        let count = settled.shards.count
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
