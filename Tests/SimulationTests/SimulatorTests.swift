import Determinism
import Simulation
import Testing

/// A sample of what `make soak` does with a hundred thousand seeds.
@Suite struct SimulatorTests {
    @Test(arguments: 0..<8)
    func `no promise is broken`(part: UInt64) {
        for seed in part * 25 + 1...part * 25 + 25 {
            let outcome = simulate(.drawn(from: Seed(seed)))
            #expect(outcome.violations == [], "seed \(seed): \(outcome.circumstances)")
            #expect(
                outcome.operations > 3_000,
                "seed \(seed): a run that does little proves little"
            )
        }
    }

    /// Seeds that once showed a fault of the cores; they say what `chaos/README.md` tells of.
    @Test(arguments: [25, 76, 324, 355, 428, 445, 593, 697, 1_223])
    func `what was mended stays so`(seed: UInt64) {
        let outcome = simulate(.drawn(from: Seed(seed)))
        #expect(outcome.violations == [], "seed \(seed): \(outcome.circumstances)")
    }

    @Test func `a seed decides everything`() {
        for seed: UInt64 in 1...10 {
            let (first, second) = (
                simulate(.drawn(from: Seed(seed))), simulate(.drawn(from: Seed(seed)))
            )
            #expect(first.traceHash == second.traceHash, "seed \(seed)")
            #expect(first.events == second.events, "seed \(seed)")
        }
    }

    @Test func `other seeds make other runs`() {
        let hashes = Set((1...10).map { simulate(.drawn(from: Seed($0))).traceHash })
        #expect(hashes.count == 10)
    }
}
