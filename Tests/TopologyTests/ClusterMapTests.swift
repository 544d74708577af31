import Testing
import Topology

@Suite struct ClusterMapTests {
    private let map = ClusterMap(
        cluster: ClusterID(1),
        epoch: Epoch(9),
        placement: "ring",
        replication: "quorum",
        replicaCount: 2,
        election: ElectionRule(electsFromInSync: true, recoverySetSize: 1, minimumInSync: 2),
        nodes: [
            NodeDescription(
                id: NodeID(1),
                host: "10.0.0.1",
                port: 6379,
                peerPort: 16379,
                boot: BootID(3),
                copy: CopyID(4)
            )
        ],
        shards: [
            ShardAssignment(
                term: Term(5),
                primary: NodeID(1),
                primaryBoot: BootID(3),
                replicas: [
                    ReplicaAssignment(node: NodeID(1), copy: CopyID(4), isInSync: true),
                    ReplicaAssignment(node: NodeID(2), copy: CopyID(6), isInSync: false),
                ],
                version: 7,
                acceptedLosses: 1
            ),
            ShardAssignment(
                term: .first,
                primary: nil,
                primaryBoot: .none,
                replicas: [],
                version: 1,
                acceptedLosses: 0
            ),
        ]
    )

    @Test func `a map survives its encoding`() {
        #expect(ClusterMap(encoded: map.encoded()) == map)
        var degrading = map
        degrading.degradedElection = ElectionRule(
            electsFromInSync: true,
            recoverySetSize: 3,
            minimumInSync: 4,
            isChain: true
        )
        degrading.shards[1].isDegraded = true
        #expect(ClusterMap(encoded: degrading.encoded()) == degrading)
        #expect(degrading.election(of: degrading.shards[1]).isChain)
        #expect(degrading.election(of: degrading.shards[0]) == map.election)
    }

    @Test func `no part of a map is a map, and no byte too many`() {
        let bytes = map.encoded()
        for length in 0..<bytes.count {
            #expect(ClusterMap(encoded: Array(bytes[..<length])) == nil)
        }
        #expect(ClusterMap(encoded: bytes + [0]) == nil)
    }

    @Test func `in sync are those whom the map names so`() {
        #expect(map[ShardID(0)].inSync == [NodeID(1)])
    }
}
