public import Consistency
internal import Determinism
import FoundationEssentials
internal import Quantities
internal import Simulation
internal import Synchronization

/// Simulates a cluster from each of many seeds: `ordeal simulate`.
public func simulateSeeds(_ options: SimulationOptions) async -> ExitCode {
    let console = Console()
    do throws(CommandFailure) {
        var fixtures: [CircumstanceFixture] = []
        if let path = options.planFile {
            fixtures = try PlannedSimulation.fixtures(of: path, console)
        }
        let tally = SimulationTally(options, console: console)
        await simulate(options, fixtures, tally)
        console.clear()
        let report = SimulationReport(options, tally.result, wallSeconds: tally.seconds)
        printOut(options.json ? try report.json() : report.text, terminator: "")
        if options.trace { printTranscripts(options, fixtures, tally.result.failures) }
        return tally.result.violations > 0 ? .correctnessViolation : .ok
    } catch {
        console.clear()
        printError("\(options.command): \(error.description)")
        return error.code
    }
}

/// Every thread takes the next seed until there is none; a seed needs nothing but a processor.
func simulate(
    _ options: SimulationOptions,
    _ fixtures: [CircumstanceFixture],
    _ tally: SimulationTally
) async {
    let jobs = options.jobs ?? Machine.current().cores ?? 1
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<max(1, jobs) {
            group.addTask {
                let clock = ContinuousClock()
                while let seed = tally.next() {
                    let circumstances = drawn(seed, fixtures, options.edition)
                    let start = clock.now
                    let outcome = Simulation.simulate(circumstances, flaw: options.flaw?.init())
                    tally.add(outcome, spent: clock.now - start)
                }
            }
        }
    }
}

/// A plan's cells take turns.
private func drawn(
    _ seed: UInt64,
    _ fixtures: [CircumstanceFixture],
    _ edition: Int
) -> Circumstances {
    let fixture = fixtures.isEmpty ? nil : fixtures[Int(seed % UInt64(fixtures.count))]
    return Circumstances.drawn(from: Seed(seed), fixture, edition: edition)
}

func printTranscripts(
    _ options: SimulationOptions,
    _ fixtures: [CircumstanceFixture],
    _ failures: [SeedOutcome]
) {
    let isOne = options.seeds.count == 1
    for seed in isOne ? [options.seeds.lowerBound] : failures.map(\.seed) {
        let circumstances = drawn(seed, fixtures, options.edition)
        printOut("\nseed \(seed): \(circumstances)")
        for line in transcript(circumstances, flaw: options.flaw?.init()) { printOut(line) }
    }
}
