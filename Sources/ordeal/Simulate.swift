import ArgumentParser
import Experiments

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try to break Keel on virtual time; a seed repeats a failure bit for bit.",
        discussion: """
            Runs the very cores of Keel's nodes and coordinator on a simulated network, disks and \
            clocks, and breaks them. The seed decides everything: mode, cluster, options, load, \
            faults. Each seed ends with a healed cluster that must make progress, agree, and have kept \
            every promise; what clients were told is checked as that of real runs is. Progress goes to \
            standard error.

            EXAMPLES
              ordeal simulate                              a thousand seeds, a minute or two
              ordeal simulate --seeds 1..100000            an hour on two cores
              ordeal simulate --seeds 4711 --trace         one seed, and everything that happened
              ordeal simulate --plan chaos/quick.yaml      the plan's cluster and faults
              ordeal simulate --minutes 10 --json > result.json

            EXIT STATUS
              0 no violation, 1 violation, 64 wrong usage
            """
    )

    @Option(help: ArgumentHelp("A seed, or the first and the last.", valueName: "A..B"))
    var seeds: SeedRange?

    @Option(help: "End after so many minutes, whichever seed it is then.")
    var minutes: Double?

    @Option(help: ArgumentHelp("Fix what the plan says; seeds decide the rest.", valueName: "file"))
    var plan: String?

    @Option(help: "How many threads simulate (default: one a processor).")
    var jobs: Int?

    @Flag(help: "Print the transcripts of failing seeds, or of the only one.")
    var trace = false

    @Flag(help: "Print the result as one JSON object on standard output.")
    var json = false

    func validate() throws {
        if let minutes, !(minutes > 0 && minutes <= 100_000) {
            throw ValidationError("--minutes takes a number above 0")
        }
        if let jobs, !(1...256).contains(jobs) {
            throw ValidationError("--jobs takes 1 to 256")
        }
        if trace, json { throw ValidationError("--trace and --json do not go together") }
    }

    func run() async throws {
        let all: ClosedRange<UInt64> =
            minutes == nil ? 1...1_000 : 1...SimulationOptions.mostSeeds
        try finish(
            await simulateSeeds(
                SimulationOptions(
                    seeds: seeds?.seeds ?? all,
                    minutes: minutes,
                    planFile: plan,
                    json: json,
                    trace: trace,
                    jobs: jobs
                )
            )
        )
    }
}

/// `7` or `1..1000`.
struct SeedRange: ExpressibleByArgument {
    var seeds: ClosedRange<UInt64>

    init?(argument: String) {
        guard let seeds = SimulationOptions.seeds(argument) else { return nil }
        self.seeds = seeds
    }
}
