import Determinism
import Simulation
import Testing

/// Whether what can go wrong does: a run that never met it shows nothing about it.
@Suite struct AdversityDrawTests {
    private static let seeds: ClosedRange<UInt64> = 1...150
    private static let outcomes = seeds.map { simulate(.drawn(from: Seed($0))) }

    @Test(arguments: [
        ("cuts", \NetworkEvidence.cut), ("clogs", \NetworkEvidence.clogged),
        ("losses", \NetworkEvidence.lost), ("duplicates", \NetworkEvidence.duplicated),
        ("reordering", \NetworkEvidence.reordered), ("overflows", \NetworkEvidence.overflowed),
    ] as [(String, KeyPath<NetworkEvidence, Int> & Sendable)])
    func `seeds meet everything that the network may do`(
        name: String,
        count: KeyPath<NetworkEvidence, Int> & Sendable
    ) {
        let met = Self.outcomes.count { $0.network[keyPath: count] > 0 }
        #expect(met > 0, "no seed of \(Self.seeds) met \(name)")
        #expect(met < Self.outcomes.count, "a seed without \(name) is the control")
    }

    @Test func `where nothing is drawn nothing happens to the network`() {
        let outcome = simulate(Circumstances(seed: Seed(1)))
        #expect(outcome.network == NetworkEvidence())
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

    @Test func `an earlier edition goes on showing what it showed`() {
        let hashes = (UInt64(1)...5).map { simulate(.drawn(from: Seed($0), edition: 1)).traceHash }
        let newest = (UInt64(1)...5).map { simulate(.drawn(from: Seed($0))).traceHash }
        #expect(hashes != newest)
        #expect(hashes == (UInt64(1)...5).map { simulate(.drawn(from: Seed($0), edition: 1)).traceHash })
    }
}
