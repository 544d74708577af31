import Testing
import Topology

/// Nodes that join and leave, for every registered scheme.
@Suite struct PlacementChangeTests {
    static let seeds: [UInt64] = [11, 12, 13, 14]
    private static let keys = keyHashes(2_000)
    private static let replicas = 3

    /// One change of a table and what it did to the keys.
    private struct Step {
        var before: [UInt32]
        var after: [UInt32]
        var joined: UInt32?
        var left: UInt32?

        func choices(_ placed: [UInt32], _ key: Int) -> ArraySlice<UInt32> {
            placed[key * replicas..<(key + 1) * replicas]
        }

        /// First choices that moved although neither end of the move joined or left.
        var strayFirstChoices: Int {
            PlacementChangeTests.keys.indices.count { key in
                let (old, new) = (before[key * replicas], after[key * replicas])
                return old != new && old != left && new != joined
            }
        }

        /// Copies that came to nodes for another reason than that a node joined or left.
        var strayCopies: Int {
            PlacementChangeTests.keys.indices.reduce(0) { sum, key in
                let old = choices(before, key)
                let came = choices(after, key).filter { !old.contains($0) }
                let due = left.map { old.contains($0) ? 1 : 0 } ?? 0
                return sum + max(0, came.count { $0 != joined } - due)
            }
        }

        var moved: Int {
            PlacementChangeTests.keys.indices.count {
                before[$0 * replicas] != after[$0 * replicas]
            }
        }
    }

    /// Several joins and leaves of nodes drawn at random; only the last node leaves where the
    /// scheme's promise says so.
    private static func steps(_ type: any PlacementScheme.Type, seed: UInt64) throws -> [Step] {
        var chance = Chance(seed)
        let ids = chance.ids(24)
        var table = try type.init().table(for: PlacementSchemeTests.members(ids.prefix(12)))
        var spare = ids.dropFirst(12).sorted()
        var steps: [Step] = []
        for _ in 0..<12 {
            let present = table.members.nodes.map(\.id)
            let before = try table.place(keys, replicas: replicas)
            var step = Step(before: before, after: before)
            let endsOnly = type.capabilities.movement == .minimalAtTheEnd
            if present.count > 6, chance.next(below: 2) == 0 || spare.isEmpty {
                let id =
                    endsOnly ? present[present.count - 1] : present.randomElement(using: &chance)
                guard let id else { continue }
                step.left = id
                try table.apply(.remove(id))
            } else {
                let candidates = endsOnly ? spare.filter { $0 > present.last ?? 0 } : spare
                guard let id = candidates.randomElement(using: &chance) else { continue }
                spare.removeAll { $0 == id }
                step.joined = id
                try table.apply(.add(PlacementNode(id)))
            }
            step.after = try table.place(keys, replicas: replicas)
            steps.append(step)
        }
        return steps
    }

    @Test(arguments: placementSchemes.indices, seeds)
    func `a key moves only to or from the node that changed, as promised`(
        index: Int,
        seed: UInt64
    ) throws {
        let type = placementSchemes[index]
        let steps = try Self.steps(type, seed: seed)
        #expect(steps.count > 3)
        for step in steps {
            #expect(step.moved > 0, "seed \(seed): a change moves something")
            switch type.capabilities.movement {
            case .minimal:
                #expect(step.strayFirstChoices == 0, "seed \(seed)")
                #expect(step.strayCopies == 0, "seed \(seed)")
            case .minimalFirstChoice, .minimalAtTheEnd:
                #expect(step.strayFirstChoices == 0, "seed \(seed)")
                #expect(step.strayCopies < Self.keys.count * Self.replicas / 20, "seed \(seed)")
            case .nearlyMinimal:
                #expect(step.strayFirstChoices < Self.keys.count / 3, "seed \(seed)")
            case .unbounded:
                #expect(step.strayFirstChoices > Self.keys.count / 3, "seed \(seed)")
            }
        }
    }

    @Test(arguments: placementSchemes.indices)
    func `only a scheme that keeps state remembers the order of changes`(index: Int) throws {
        let type = placementSchemes[index]
        let nodes = (1...10).map { PlacementNode(UInt32($0)) }
        var table = try type.init().table(for: PlacementMembers(Array(nodes[0..<8])))
        try table.apply(.remove(3))
        try table.apply(.remove(6))
        try table.apply(.add(nodes[8]))
        try table.apply(.add(nodes[9]))
        let ids: [UInt32] = [1, 2, 4, 5, 7, 8, 9, 10]
        #expect(table.members.nodes.map(\.id) == ids)
        let fresh = try type.init().table(for: PlacementSchemeTests.members(ids))
        let isSame =
            try table.place(Self.keys, replicas: 3) == fresh.place(Self.keys, replicas: 3)
        #expect(isSame != type.capabilities.keepsState)
    }

    @Test(arguments: placementSchemes.indices)
    func `impossible changes are errors and change nothing`(index: Int) throws {
        let type = placementSchemes[index]
        var table = try type.init().table(for: PlacementSchemeTests.members([7, 8]))
        let before = try table.place(Self.keys, replicas: 2)
        #expect(throws: PlacementError.duplicateNode(8)) {
            try table.apply(.add(PlacementNode(UInt32(8))))
        }
        #expect(throws: PlacementError.unknownNode(9)) { try table.apply(.remove(9)) }
        if type.capabilities.weights == .none {
            #expect(throws: PlacementError.weightsUnsupported(scheme: type.name)) {
                try table.apply(.add(PlacementNode(UInt32(9), weight: 2)))
            }
        }
        #expect(try table.place(Self.keys, replicas: 2) == before)
        try table.apply(.remove(7))
        #expect(throws: PlacementError.noNodes) { try table.apply(.remove(8)) }
        #expect(try table.nodes(forHash: 3, replicas: 1) == [8])
    }

    @Test(arguments: placementSchemes.indices, seeds)
    func `replicas stand in different zones as long as there are any`(
        index: Int,
        seed: UInt64
    ) throws {
        var chance = Chance(seed)
        let zones = UInt32(2 + chance.next(below: 4))
        let nodes = chance.ids(12).enumerated().map { position, id in
            // The first ones see to it that every zone has a node.
            let zone = position < Int(zones) ? position : chance.next(below: Int(zones))
            return PlacementNode(id, zone: UInt32(zone))
        }
        let zone = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0.zone) })
        var table = try placementSchemes[index].init().table(for: PlacementMembers(nodes))
        for replicas in [1, Int(zones), Int(zones) + 1, 11] {
            let placed = try table.place(Array(Self.keys.prefix(300)), replicas: replicas)
            for key in 0..<300 {
                let chosen = placed[key * replicas..<(key + 1) * replicas]
                let used = Set(chosen.compactMap { zone[$0] })
                #expect(Set(chosen).count == replicas)
                #expect(used.count == min(replicas, Int(zones)), "seed \(seed)")
                #expect(
                    Set(chosen.prefix(Int(zones)).compactMap { zone[$0] }).count == used.count,
                    "seed \(seed)"
                )
            }
        }
        // A node of a new zone is at once one of the domains.
        try table.apply(.add(PlacementNode(UInt32(60_001), zone: 99)))
        let chosen = try table.nodes(forHash: seed, replicas: Int(zones) + 1)
        #expect(chosen.contains(60_001))
    }
}
