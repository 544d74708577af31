import Testing
import Topology

/// What every registered scheme must do; a newcomer is tested before it has a test of its own.
@Suite struct PlacementSchemeTests {
    static let nodes = (1...7).map { NodeID(UInt16($0)) }

    @Test(arguments: placementSchemes.indices)
    func `replicas are distinct, as many as asked for, and always the same`(index: Int) throws {
        let scheme = placementSchemes[index].init()
        for replicas in 1...7 {
            let placed = try scheme.place(shards: 256, on: Self.nodes, replicas: replicas)
            #expect(placed.count == 256)
            #expect(placed.allSatisfy { Set($0).count == replicas && $0.count == replicas })
            let again = try scheme.place(
                shards: 256,
                on: Self.nodes.reversed(),
                replicas: replicas
            )
            #expect(placed == again)
        }
    }

    @Test(arguments: placementSchemes.indices)
    func `more replicas than nodes is an error`(index: Int) {
        let scheme = placementSchemes[index].init()
        #expect(throws: PlacementError.moreReplicasThanNodes(replicas: 8, nodes: 7)) {
            try scheme.place(shards: 4, on: Self.nodes, replicas: 8)
        }
        #expect(throws: PlacementError.noReplicas) {
            try scheme.place(shards: 4, on: Self.nodes, replicas: 0)
        }
    }

    @Test(arguments: placementSchemes.indices)
    func `no node has more than twice the mean`(index: Int) throws {
        let placed = try placementSchemes[index].init().place(
            shards: 4_096,
            on: Self.nodes,
            replicas: 1
        )
        for node in Self.nodes {
            let share = placed.count { $0[0] == node }
            #expect(share < 2 * 4_096 / Self.nodes.count)
            #expect(share > 4_096 / Self.nodes.count / 2)
        }
    }

    @Test(arguments: ["ring", "rendezvous"])
    func `a node that leaves takes nothing but its own keys along`(name: String) throws {
        let type = try #require(placementSchemes.first { $0.name == name })
        let scheme = type.init()
        let before = try scheme.place(shards: 2_048, on: Self.nodes, replicas: 1)
        let rest = Array(Self.nodes.dropLast())
        let after = try scheme.place(shards: 2_048, on: rest, replicas: 1)
        for (old, new) in zip(before, after) where old[0] != Self.nodes[6] { #expect(old == new) }
    }

    @Test func `names are distinct`() {
        #expect(Set(placementSchemes.map { $0.name }).count == placementSchemes.count)
    }
}
