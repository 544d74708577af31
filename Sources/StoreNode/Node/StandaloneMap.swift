internal import Replication
internal import Topology

extension ClusterMap {
    /// The map of a node that stands alone: it is the primary of every shard and nobody backs it up.
    ///
    /// - Parameter term: above every term that the node's log knows, as a promotion would be; nil for
    ///   a map without a primary, by which the node takes its log over.
    static func standalone(
        _ configuration: NodeConfiguration,
        identity: NodeIdentity,
        port: Int,
        term: Term?
    ) -> ClusterMap {
        let replica = ReplicaAssignment(node: identity.node, copy: identity.copy, isInSync: true)
        let assignment = ShardAssignment(
            term: term ?? .none,
            primary: term.map { _ in identity.node },
            primaryBoot: identity.boot,
            replicas: [replica],
            version: term?.value ?? 0,
            acceptedLosses: 0
        )
        let node = NodeDescription(
            id: identity.node,
            host: configuration.bindAddress,
            port: UInt16(truncatingIfNeeded: port),
            peerPort: 0,
            boot: identity.boot,
            copy: identity.copy
        )
        return ClusterMap(
            cluster: ClusterID(1),
            epoch: term == nil ? Epoch(1) : Epoch(2),
            placement: "ring",
            replication: NoReplication.name,
            replicaCount: 1,
            election: NoReplication().electionRule(replicaCount: 1),
            nodes: [node],
            shards: Array(repeating: assignment, count: configuration.shardCount)
        )
    }
}
