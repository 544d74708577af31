import ArgumentParser
import Experiments
import Quantities

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Carry out a plan and report what it cost.",
        discussion: """
            Every cell of the plan's matrix gets a fresh cluster: start, fill, warm up, measure under \
            faults, heal, wait until the replicas agree, read every written key from every replica. \
            The first Ctrl-C stops the load, heals, audits and reports; the second ends at once.

            EXAMPLES
              ordeal run chaos/quick.yaml
              ordeal run chaos/quick.yaml --only quorum --seed 42
              ordeal run chaos/matrix.yaml --dry-run
              ordeal run chaos/quick.yaml --json > result.json
            """
    )

    @Argument(help: "The plan, a YAML file.")
    var plan: String

    @Option(help: "Run one cell: its name, or a part of the names of several.")
    var only: String?

    @Option(
        parsing: .unconditional,
        help: "The seed, in place of the plan's.",
        transform: seedNumber(_:)
    )
    var seed: UInt64?

    @Option(
        name: .customLong("repeat"),
        help: "Fresh clusters per cell, in place of the plan's."
    )
    var repetitions: Int?

    @Flag(help: "Print the resolved schedule and how long it takes; start nothing.")
    var dryRun = false

    @Flag(help: "Print the result as one JSON object on standard output.")
    var json = false

    @Option(help: ArgumentHelp("Where results go.", valueName: "folder"))
    var results = "results"

    @Option(
        help: "auto, namespaces or loopback, in place of the plan's.",
        transform: fabricChoice(named:)
    )
    var fabric: Plan.FabricChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End the whole run after this long (default: by the estimate).",
            valueName: "duration"
        ),
        transform: watchdogLimit(_:)
    )
    var watchdog: Duration?

    @Flag(
        help: ArgumentHelp(
            "End the load at the first violation and keep the data.",
            discussion: "Records every request. With a terminal, the nodes wait for a key."
        )
    )
    var failFast = false

    func validate() throws {
        if let repetitions, !(1...1000).contains(repetitions) {
            throw ValidationError("--repeat takes 1 to 1000")
        }
    }

    func run() async throws {
        try finish(
            await carryOut(
                RunOptions(
                    planFile: plan,
                    only: only,
                    seed: seed,
                    repetitions: repetitions,
                    dryRun: dryRun,
                    json: json,
                    resultsRoot: results,
                    fabric: fabric,
                    watchdog: watchdog,
                    failFast: failFast
                )
            )
        )
    }
}

func fabricChoice(named name: String) throws -> Plan.FabricChoice {
    guard let choice = Plan.FabricChoice(rawValue: name) else {
        let names = Plan.FabricChoice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("unknown fabric \"\(name)\"; one of \(names)")
    }
    return choice
}

func seedNumber(_ text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
        throw ValidationError("a seed is a whole number from 0 to \(UInt64.max), not \"\(text)\"")
    }
    return seed
}

/// Reads a duration as plans write it: `10m`, `90s`.
func watchdogLimit(_ text: String) throws -> Duration {
    guard let limit = parsedDuration(text), limit > .zero else {
        throw ValidationError("a limit is a duration above 0, such as 90s or 10m, not \"\(text)\"")
    }
    return limit
}
