import Coordination
import Testing
import Topology

@Suite struct LeadershipTests {
    private static let harsh = Competition.Adversity(loss: 30, trouble: 4)

    @Test func `one leads soon, and the others know who`() {
        let competition = Competition(seed: 1)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        competition.run(seconds: 10)
        #expect(competition.reignCount == 1)
        #expect(competition.coordinators.count { $0.acts(at: competition.now) } == 1)
        #expect(competition.etcd.maps.count > 20)
        #expect(competition.violations.isEmpty)
    }

    @Test func `who resigns is followed at once, who dies within its lease and a little more`()
        throws
    {
        let competition = Competition(seed: 2)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        let first = try #require(competition.leader)
        competition.resign(first)
        #expect(competition.run(seconds: 0.3) { competition.leader.map { $0 !== first } ?? false })
        #expect(first.core.isOver)
        let second = try #require(competition.leader)
        competition.restart(second)
        #expect(competition.run(seconds: 2.3) { competition.leader != nil })
        #expect(competition.violations.isEmpty)
    }

    @Test func `who is cut off from etcd stops before another starts, and follows afterwards`()
        throws
    {
        let competition = Competition(seed: 3)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        let first = try #require(competition.leader)
        first.cutUntil = competition.now + 5_000_000_000
        #expect(competition.run(seconds: 2.5) { competition.leader == nil })
        #expect(competition.run(seconds: 1) { competition.leader.map { $0 !== first } ?? false })
        competition.run(seconds: 6)
        #expect(competition.reignCount == 2)
        #expect(competition.violations.isEmpty)
    }

    @Test func `who is reached by no node is followed at once, and competes once nodes find it`()
        throws
    {
        let competition = Competition(seed: 6, count: 2)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        let first = try #require(competition.leader)
        competition.yield(first)
        #expect(competition.run(seconds: 0.3) { competition.leader.map { $0 !== first } ?? false })
        let second = try #require(competition.leader)
        competition.resign(second)
        #expect(!competition.run(seconds: 3) { competition.leader != nil })
        competition.seek(first)
        #expect(competition.run(seconds: 0.3) { competition.leader === first })
        #expect(competition.violations.isEmpty)
    }

    @Test func `who has nobody to leave the leadership to takes it up again after a while`() throws
    {
        let competition = Competition(seed: 7, count: 1)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        competition.yield(competition.coordinators[0])
        #expect(competition.run(seconds: 0.1) { competition.leader == nil })
        #expect(competition.run(seconds: 6) { competition.leader != nil })
        // What was asked of an earlier turn means nothing any more.
        competition.coordinators[0].turn -= 1
        competition.yield(competition.coordinators[0])
        competition.run(seconds: 1)
        #expect(competition.leader != nil)
    }

    @Test func `a short silence ends no reign`() throws {
        let competition = Competition(seed: 4)
        #expect(competition.run(seconds: 1) { competition.leader != nil })
        let first = try #require(competition.leader)
        first.cutUntil = competition.now + 1_200_000_000
        competition.run(seconds: 5)
        #expect(competition.reignCount == 1)
        #expect(competition.leader === first)
    }

    @Test func `whatever happens, one acts at a time, and every map goes on from the last one`() {
        var (maps, reigns) = (0, 0)
        for seed in 1...150 as ClosedRange<UInt64> {
            let competition = Competition(seed: seed, Self.harsh)
            competition.run(seconds: 60)
            maps += competition.etcd.maps.count
            reigns += competition.reignCount
            #expect(competition.violations.isEmpty, "seed \(seed): \(competition.violations)")
            #expect(competition.stops.isEmpty, "seed \(seed)")
        }
        // The seeds did come to what they are about.
        #expect(maps > 5_000 && reigns > 1_000)
    }

    @Test func `once the troubles are over somebody leads and the map is kept`() {
        for seed in 1...40 as ClosedRange<UInt64> {
            let competition = Competition(seed: seed, Self.harsh)
            competition.run(seconds: 20)
            competition.calmDown()
            let maps = competition.etcd.maps.count
            competition.run(seconds: 10)
            #expect(competition.leader != nil, "seed \(seed)")
            #expect(competition.etcd.maps.count > maps + 10, "seed \(seed)")
        }
    }

    /// Seeds until the flaw shows; nil where it does not within 200.
    private func seeds(toFind flaw: Competition.Flaw, _ words: String) -> Int? {
        for seed in 1...200 {
            let competition = Competition(seed: UInt64(seed), Self.harsh, flaw: flaw)
            competition.run(seconds: 30)
            if competition.violations.contains(where: { $0.contains(words) }) { return seed }
        }
        return nil
    }

    @Test func `a leader that ignores its lost lease is found out`() {
        #expect(seeds(toFind: .ignoresLostLease, "act at once") != nil)
        #expect(seeds(toFind: .trustsWholeLease, "act at once") != nil)
    }

    @Test func `the map is safe even from a leader that ignores its lost lease`() {
        for seed in 1...60 as ClosedRange<UInt64> {
            let competition = Competition(seed: seed, Self.harsh, flaw: .ignoresLostLease)
            competition.run(seconds: 30)
            let torn = competition.violations.filter { !$0.contains("act at once") }
            #expect(torn.isEmpty, "seed \(seed)")
        }
    }

    @Test func `a map that is replaced without its conditions is found out`() {
        #expect(seeds(toFind: .ignoresConditions, "does not go on") != nil)
    }

    @Test func `a map that makes no sense stops whoever would lead`() {
        let competition = Competition(seed: 5, count: 1)
        let nonsense = EtcdTransaction(success: [.put("/keel/map", [1, 2, 3], lease: nil)])
        _ = competition.etcd.answer(.transaction(nonsense))
        competition.run(seconds: 1)
        #expect(competition.stops == ["what etcd holds at /keel/map is no cluster map"])
    }
}
