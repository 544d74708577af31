import Determinism
import Simulation
import Testing

/// Whether what can go wrong does: a run that never met it shows nothing about it.
@Suite struct AdversityDrawTests {
    private static let seeds: ClosedRange<UInt64> = 1...210
    private static let outcomes = seeds.map { simulate(.drawn(from: Seed($0))) }

    private static let happenings: [(name: String, count: @Sendable (SeedOutcome) -> Int)] = [
        ("cuts", { $0.network.cut }), ("clogs", { $0.network.clogged }),
        ("losses", { $0.network.lost }), ("duplicates", { $0.network.duplicated }),
        ("reordering", { $0.network.reordered }), ("overflows", { $0.network.overflowed }),
        ("dropped writes", { $0.machines.droppedWrites }),
        ("torn writes", { $0.machines.tornWrites }),
        ("dropped names", { $0.machines.droppedNames }),
        ("flipped bits", { $0.machines.flippedBits }),
        ("clocks that jump", { $0.machines.clockJumps }),
    ]

    @Test(arguments: happenings.indices)
    func `seeds meet everything that the network, disks and clocks may do`(index: Int) {
        let happening = Self.happenings[index]
        let met = Self.outcomes.count { happening.count($0) > 0 }
        #expect(met > 0, "no seed of \(Self.seeds) met \(happening.name)")
        #expect(met < Self.outcomes.count, "a seed without \(happening.name) is the control")
    }

    @Test func `where nothing is drawn nothing happens to the network, disks and clocks`() {
        let outcome = simulate(Circumstances(seed: Seed(1)))
        #expect(outcome.network == NetworkEvidence())
        #expect(outcome.machines == MachineEvidence())
        #expect(outcome.violations == [])
        #expect(outcome.lost == 0)
    }

    @Test func `a seed is ten simulated seconds at most, with a thousand requests in each`() {
        for outcome in Self.outcomes {
            let seconds = Double(outcome.simulatedNanoseconds) * 1e-9
            #expect(seconds <= 10, "seed \(outcome.seed)")
            #expect(
                Double(outcome.operations) >= 1_000 * seconds,
                "seed \(outcome.seed): \(outcome.operations) requests in \(seconds) s"
            )
        }
    }

    @Test(arguments: 1..<Circumstances.newestEdition)
    func `an earlier edition goes on showing what it showed`(edition: Int) {
        func hashes(_ edition: Int) -> [UInt64] {
            (1...5).map { simulate(.drawn(from: Seed($0), edition: edition)).traceHash }
        }
        let before = hashes(edition)
        #expect(before != hashes(Circumstances.newestEdition))
        #expect(before == hashes(edition))
    }
}
