import Testing
import Topology

/// What every registered scheme must do; a newcomer is tested before it has a test of its own.
@Suite struct PlacementSchemeTests {
    static let nodes = (1...7).map { NodeID(UInt16($0)) }
    static let seeds: [UInt64] = [1, 2, 3]

    static func members(_ ids: some Sequence<UInt32>) throws -> PlacementMembers {
        try PlacementMembers(ids.map { PlacementNode($0) })
    }

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

    @Test(arguments: placementSchemes.indices, seeds)
    func `replicas are distinct members, whatever the numbers`(index: Int, seed: UInt64) throws {
        var chance = Chance(seed)
        let scheme = placementSchemes[index].init()
        for _ in 0..<8 {
            let ids = chance.ids(1 + chance.next(below: 40))
            let table = try scheme.table(for: Self.members(ids))
            let replicas = 1 + chance.next(below: ids.count)
            let placed = try table.place((0..<200).map { _ in chance.next() }, replicas: replicas)
            for key in 0..<200 {
                let chosen = placed[key * replicas..<(key + 1) * replicas]
                #expect(Set(chosen).count == replicas, "seed \(seed)")
                #expect(chosen.allSatisfy(ids.contains), "seed \(seed)")
            }
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
        #expect(throws: PlacementError.moreReplicasThanNodes(replicas: 3, nodes: 2)) {
            try scheme.table(for: Self.members([4, 9])).nodes(forHash: 1, replicas: 3)
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

    @Test(arguments: placementSchemes.indices)
    func `all choices of a key are spread evenly`(index: Int) throws {
        let table = try placementSchemes[index].init().table(for: Self.members(1...20))
        let placed = try table.place(keyHashes(60_000), replicas: 3)
        for replica in 0..<3 {
            var counts = [Int](repeating: 0, count: 20)
            for key in 0..<60_000 { counts[Int(placed[key * 3 + replica]) - 1] += 1 }
            #expect(counts.allSatisfy { (1_000...4_200).contains($0) }, "\(replica): \(counts)")
        }
    }

    /// Placements outlive processes and machines: a scheme has to give its first answers for ever.
    ///
    /// The digests were taken when each scheme was registered.
    @Test(arguments: placementSchemes.indices)
    func `a placement is the same in every process`(index: Int) throws {
        let type = placementSchemes[index]
        var digest: UInt64 = 0
        for count in [1, 3, 5, 64] {
            let nodes = (1...count).map { NodeID(UInt16($0 * 3)) }
            let placed = try type.init().place(shards: 256, on: nodes, replicas: min(count, 3))
            for id in placed.joined() { digest = StableHash.hash(digest, seed: UInt64(id.value)) }
        }
        #expect(Self.digests[type.name] == digest, "\(type.name): 0x\(String(digest, radix: 16))")
    }

    static let digests: [String: UInt64] = [
        "modulo": 0xbb1c_da9e_a89b_ff68,
        "ring": 0xe0b1_822d_c9eb_7718,
        "bounded-ring": 0x10e7_8ed1_fc14_12ea,
        "rendezvous": 0x5b29_92fe_cd38_14ce,
        "jump": 0x1477_babe_1e78_9cd5,
        "maglev": 0x1b03_dba8_9b46_a2c4,
        "multi-probe": 0x8fce_6854_0d4c_bdf3,
        "anchor": 0x8534_b9a3_4cc7_7248,
        // As long as nobody left, memento is jump.
        "memento": 0x1477_babe_1e78_9cd5,
    ]

    @Test(arguments: placementSchemes.indices)
    func `weights are kept within 5 %, or refused`(index: Int) throws {
        let type = placementSchemes[index]
        let weights = [1.0, 2, 4, 1, 3, 0.5, 2.5, 2]
        let members = try PlacementMembers(
            weights.enumerated().map { PlacementNode(UInt32($0 * 5 + 1), weight: $1) }
        )
        guard type.capabilities.weights == .proportional else {
            #expect(throws: PlacementError.weightsUnsupported(scheme: type.name)) {
                try type.init().table(for: members)
            }
            return
        }
        var scheme = type.init()
        // On a ring the error is one over the square root of the points, and a bound holds above only.
        if var ring = scheme as? RingPlacement {
            ring.virtualNodes = 10_000
            scheme = ring
        } else if var ring = scheme as? BoundedRingPlacement {
            ring.virtualNodes = 10_000
            ring.epsilon = 0.05
            scheme = ring
        }
        let keys = 200_000
        let counts = try scheme.table(for: members).firstChoices(keyHashes(keys))
        for (count, weight) in zip(counts, weights) {
            let expected = Double(keys) * weight / members.totalWeight
            #expect(abs(Double(count) / expected - 1) < 0.05, "\(count) of \(expected)")
        }
    }

    @Test(arguments: placementSchemes.indices)
    func `nodes of one weight need no support for weights`(index: Int) throws {
        let scheme = placementSchemes[index].init()
        let heavy = try PlacementMembers((1...4).map { PlacementNode($0, weight: 3) })
        var table = try scheme.table(for: heavy)
        try table.apply(.add(PlacementNode(UInt32(5), weight: 3)))
        #expect(table.members.count == 5)
    }

    @Test func `names are distinct`() {
        #expect(Set(placementSchemes.map { $0.name }).count == placementSchemes.count)
    }

    @Test func `members are checked`() {
        #expect(throws: PlacementError.noNodes) { try PlacementMembers([]) }
        #expect(throws: PlacementError.duplicateNode(3)) { try Self.members([3, 1, 3]) }
        for weight in [0, -1, .infinity, .nan] {
            #expect(throws: PlacementError.weightOutOfRange(node: 2)) {
                try PlacementMembers([PlacementNode(UInt32(2), weight: weight)])
            }
        }
    }
}
