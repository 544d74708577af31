internal import Simulation

/// How soon the simulator found a planted flaw.
public struct FoundFlaw: Sendable {
    public var seed: UInt64
    public var violation: String
    /// How many seeds were simulated, this one included.
    public var seeds: UInt64
}

/// Simulates a flawed store until a seed shows it; nil where none of them does.
public func findFlaw(_ options: SimulationOptions) async -> FoundFlaw? {
    var options = options
    options.stopsAtFirst = true
    let tally = SimulationTally(options, console: Console())
    await simulate(options, [], tally)
    let result = tally.result
    // Threads run ahead of each other: the lowest of those that failed counts.
    guard let first = result.failures.first else { return nil }
    if options.trace { printTranscripts(options, [], [first]) }
    return FoundFlaw(
        seed: first.seed,
        violation: first.violations[0],
        seeds: first.seed - options.seeds.lowerBound + 1
    )
}
