import ArgumentParser
import Experiments
import Simulation

/// `ordeal simulate` of stores that are broken on purpose: it must find every flaw.
@main
struct FlawedStores: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flawed-stores",
        abstract: "How many seeds the simulator needs to find each planted flaw."
    )

    @Option(help: "One flaw by its name (default: all of them).")
    var bug: String?

    @Option(help: ArgumentHelp("Seeds to try.", valueName: "A..B"))
    var seeds = "1..20000"

    @Flag(help: "Print the transcript of the first seed that fails.")
    var trace = false

    @Flag(help: "Report as `ordeal simulate` does, up to the first seed that fails: exit code 1.")
    var report = false

    @Flag(help: "As JSON, with --report.")
    var json = false

    @Flag(help: "List the flaws.")
    var list = false

    func validate() throws {
        guard SimulationOptions.seeds(seeds) != nil else {
            throw ValidationError("--seeds takes a seed, or the first and the last: 1..1000")
        }
        if let bug, !flaws.contains(where: { $0.name == bug }) {
            let names = flaws.map { $0.name }.joined(separator: ", ")
            throw ValidationError("there is no flaw \(bug); there are \(names)")
        }
        if report, bug == nil { throw ValidationError("--report is of one --bug") }
        if json, !report || trace { throw ValidationError("--json takes --report, and no --trace") }
    }

    func run() async throws {
        if list {
            for flaw in flaws { print("\(flaw.name): \(flaw.summary)") }
            return
        }
        guard let seeds = SimulationOptions.seeds(seeds) else { return }
        var missed = 0
        for flaw in flaws where bug == nil || flaw.name == bug {
            var options = SimulationOptions(seeds: seeds, trace: trace, flaw: flaw)
            options.command = "flawed-stores"
            if report {
                options.command += " --report"
                options.json = json
                options.stopsAtFirst = true
                try finish(await simulateSeeds(options))
            }
            let found = await findFlaw(options)
            missed += found == nil ? 1 : 0
            let text = found.map { found in
                let seeds = found.seeds == 1 ? "1 seed" : "\(found.seeds) seeds"
                return "after \(seeds): \(found.violation)"
            }
            print("\(flaw.name): \(text ?? "NOT FOUND")")
        }
        if missed > 0 { throw ExitCode(1) }
    }
}

private func finish(_ code: some RawRepresentable<Int>) throws -> Never {
    throw ExitCode(Int32(code.rawValue))
}
