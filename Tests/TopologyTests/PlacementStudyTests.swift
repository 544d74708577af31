import Testing
import Topology

@Suite struct PlacementStudyTests {
    @Test func `balance is in parts of the fair share`() throws {
        let even = try #require(LoadBalance([5, 5, 5, 5]))
        #expect(even == LoadBalance([10, 5, 2.5], weights: [4, 2, 1]))
        #expect((even.peak, even.standardDeviation, even.low, even.high) == (1, 0, 1, 1))
        let skewed = try #require(LoadBalance([0, 1, 2, 3, 4]))
        #expect(skewed.peak == 2)
        #expect(abs(skewed.standardDeviation - 0.5.squareRoot()) < 1e-12)
        #expect(abs(skewed.low - 0.02) < 1e-12)
        #expect(abs(skewed.high - 1.98) < 1e-12)
        #expect(LoadBalance([]) == nil)
        #expect(LoadBalance([0, 0]) == nil)
    }

    @Test func `movement counts copies that came, beside those that had to`() {
        let nodes = (1...4).map { PlacementNode(UInt32($0)) }
        var leave = DataMovement(before: nodes, after: Array(nodes.dropLast()))
        leave.note(before: [4, 1].span, after: [2, 1].span, amount: 10)
        leave.note(before: [2, 3].span, after: [3, 2].span, amount: 7)
        leave.note(before: [2, 4].span, after: [1, 3].span, amount: 1)
        #expect((leave.total, leave.moved, leave.minimum) == (36, 12, 11))
        #expect(leave.ratio == 12.0 / 11)

        let heavy = PlacementNode(UInt32(5), weight: 4)
        var join = DataMovement(before: nodes, after: nodes + [heavy])
        join.note(before: [1].span, after: [5].span)
        join.note(before: [2].span, after: [2].span)
        #expect((join.moved, join.minimum, join.ratio) == (1, 1, 1))

        let nothing = DataMovement(before: nodes, after: nodes)
        #expect(nothing.ratio == nil)
    }

    @Test func `sets are counted whatever the order of their nodes`() {
        var sets = CopySets(replicas: 2)
        for pair in [[1, 2], [2, 1], [1, 3], [2, 1]] as [[UInt32]] { sets.add(pair.span) }
        let summary = sets.summary(nodes: 4)
        #expect((summary.distinct, summary.possible) == (2, 6))
        #expect((summary.largestShare, summary.meanShare) == (0.75, 0.5))
        #expect(abs(summary.lossChance - 1.0 / 3) < 1e-12)
        var many = CopySets(replicas: 3)
        var chance = Chance(1)
        for _ in 0..<50_000 { many.add(chance.ids(3).span) }
        #expect(many.distinct == 50_000, "of so many possible ones hardly any comes twice")
    }

    /// Whoever is placed by number has one neighbour; whoever is placed by hashes has any.
    @Test func `a study sees what tells schemes apart`() throws {
        func study(_ scheme: some PlacementScheme) throws -> PlacementStudy.Result {
            let table = try scheme.table(for: PlacementSchemeTests.members(1...20))
            var changed = table
            try changed.apply(.remove(7))
            var study = try PlacementStudy(
                before: table,
                after: changed,
                keys: 30_000,
                replicas: 3
            )
            while !study.isComplete { study.advance() }
            return try #require(study.result)
        }
        let modulo = try study(ModuloPlacement())
        let rendezvous = try study(RendezvousPlacement())
        #expect(modulo.sets.distinct == 20)
        #expect(rendezvous.sets.distinct == 20 * 19 * 18 / 6)
        #expect(modulo.copies.peak < 1.06)
        #expect(rendezvous.movement.ratio == 1)
        #expect(try #require(modulo.movement.ratio) > 10)
        #expect(modulo.movement.total == 90_000)
    }

    @Test func `more replicas than nodes is an error of the study too`() throws {
        let table = try JumpPlacement().table(for: PlacementSchemeTests.members(1...3))
        var changed = table
        try changed.apply(.remove(3))
        #expect(throws: PlacementError.moreReplicasThanNodes(replicas: 3, nodes: 2)) {
            try PlacementStudy(before: table, after: changed, keys: 10, replicas: 3)
        }
    }
}
