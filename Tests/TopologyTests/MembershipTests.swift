import Testing
import Topology

@Suite struct MembershipTests {
    private static let shards = 256

    private static func founders(_ count: Int) -> Membership {
        Membership((1...count).map { PlacementNode(NodeID(UInt16($0))) })
    }

    private static func place(
        _ membership: Membership,
        _ scheme: any PlacementScheme.Type
    ) throws -> [[NodeID]] {
        try membership.place(shards: shards, by: scheme.init(), replicas: 3)
    }

    @Test(arguments: 0..<9)
    func `a replaced node's shards go to the other one, and nothing else moves`(
        number: Int
    ) throws {
        let scheme = placementSchemes[number]
        var membership = Self.founders(5)
        let before = try Self.place(membership, scheme)
        membership.replace(NodeID(2), with: NodeID(9))
        #expect(membership.nodes == [1, 3, 4, 5, 9].map { NodeID($0) })
        let expected = before.map { nodes in
            nodes.map { $0 == NodeID(2) ? NodeID(9) : $0 }
        }
        #expect(try Self.place(membership, scheme) == expected)
    }

    @Test(arguments: 0..<9)
    func `a node's number may be taken again while another sits in its seat`(
        number: Int
    ) throws {
        var membership = Self.founders(5)
        membership.replace(NodeID(2), with: NodeID(9))
        membership.add(NodeID(2))
        #expect(membership.nodes == [1, 2, 3, 4, 5, 9].map { NodeID($0) })
        let placed = try Self.place(membership, placementSchemes[number])
        #expect(placed.contains { $0.contains(NodeID(2)) && $0.contains(NodeID(9)) })
        membership.remove(NodeID(9))
        membership.remove(NodeID(2))
        #expect(membership.nodes == [1, 3, 4, 5].map { NodeID($0) })
    }

    @Test(arguments: 0..<9)
    func `coming and going moves as little as the scheme promises`(number: Int) throws {
        let scheme = placementSchemes[number]
        guard scheme.capabilities.movement == .minimal else { return }
        var membership = Self.founders(5)
        let before = try Self.place(membership, scheme)
        membership.add(NodeID(6))
        let joined = try Self.place(membership, scheme)
        for (old, new) in zip(before, joined) {
            #expect(new.allSatisfy { $0 == NodeID(6) || old.contains($0) }, "\(scheme.name)")
        }
        membership.remove(NodeID(6))
        #expect(try Self.place(membership, scheme) == before, "\(scheme.name)")
    }

    @Test func `schemes that keep state remember the order of changes, others forget it`() throws {
        for scheme in placementSchemes {
            var membership = Self.founders(6)
            membership.remove(NodeID(3))
            membership.add(NodeID(7))
            let before = try Self.place(membership, scheme)
            membership.simplify(for: scheme.init())
            #expect(membership.changes.isEmpty != scheme.capabilities.keepsState, "\(scheme.name)")
            #expect(try Self.place(membership, scheme) == before, "\(scheme.name)")
        }
    }

    @Test func `anchor's and memento's table is the one that the changes make`() throws {
        for scheme: any PlacementScheme in [AnchorPlacement(), MementoPlacement()] {
            var membership = Self.founders(6)
            membership.remove(NodeID(2))
            membership.remove(NodeID(5))
            membership.add(NodeID(8))
            let founders = try PlacementMembers(membership.founders)
            #expect(
                try membership.place(shards: Self.shards, by: scheme, replicas: 3)
                    == Self.changed(scheme, founders, membership.changes)
            )
        }
    }

    private static func changed(
        _ scheme: some PlacementScheme,
        _ members: PlacementMembers,
        _ changes: [MembershipChange]
    ) throws -> [[NodeID]] {
        var table = try scheme.table(for: members)
        for change in changes { try table.apply(change) }
        let placed = try table.place(
            (0..<shards).map(type(of: scheme).shardHash),
            replicas: 3
        )
        return (0..<shards).map { shard in
            placed[shard * 3..<shard * 3 + 3].map { NodeID(UInt16($0)) }
        }
    }

    @Test func `a map with a change under way survives its coding, and nothing shorter does`() {
        var membership = Self.founders(3)
        membership.add(NodeID(4), weight: 2.5, zone: 7)
        membership.remove(NodeID(1))
        membership.replace(NodeID(2), with: NodeID(9))
        var map = ClusterMap(
            cluster: ClusterID(3),
            epoch: Epoch(8),
            placement: "ring",
            replication: "quorum",
            replicaCount: 3,
            election: ElectionRule(
                electsFromInSync: false,
                recoverySetSize: 2,
                minimumInSync: 1
            ),
            nodes: [],
            shards: [
                ShardAssignment(
                    term: Term(2),
                    primary: NodeID(1),
                    primaryBoot: BootID(1),
                    replicas: [
                        ReplicaAssignment(
                            node: NodeID(9),
                            copy: .none,
                            isInSync: false,
                            standing: .joining
                        ),
                        ReplicaAssignment(
                            node: NodeID(1),
                            copy: CopyID(4),
                            isInSync: true,
                            standing: .leaving
                        ),
                    ],
                    version: 3,
                    acceptedLosses: 0,
                    heir: NodeID(9)
                )
            ]
        )
        map.membership = membership
        map.operation = MembershipOperation(
            kind: .replace,
            former: Self.founders(3),
            newcomers: [NodeID(9)],
            forgets: [NodeID(2)],
            alignsPrimaries: true
        )
        map.moveRate = 1 << 20
        let bytes = map.encoded()
        #expect(ClusterMap(encoded: bytes) == map)
        for length in bytes.indices { #expect(ClusterMap(encoded: Array(bytes[..<length])) == nil) }
    }
}
