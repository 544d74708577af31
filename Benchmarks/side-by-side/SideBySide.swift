import ArgumentParser
import Clusters
import Glibc

/// Measures what the documentation promises, each promise against its bar.
@main
struct SideBySide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "side-by-side",
        abstract: "Compares Keel with Redis, and times clusters and cuts.",
        discussion: """
            Runs of the two sides take turns, and medians are compared. Exit codes: 0 every bar is \
            met, 2 one is missed, 4 something that is needed is missing.
            """,
        subcommands: [Compare.self, Launch.self, Cuts.self],
        defaultSubcommand: Compare.self
    )
}

struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measure everything (default).")

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case redis, launch, cuts
    }

    @Option(help: "Measure one part alone: redis, launch or cuts.")
    var only: Part?

    @Option(help: "Runs of each side, beside the one that warms up.")
    var rounds = 5

    @Option(help: "Seconds of one run.")
    var seconds = 2.0

    @Option(help: "Seconds to wait, in all, for moments in which the machine is idle.")
    var wait = 120.0

    @Option(help: "Launches of each kind of cluster.")
    var launches = 10

    @Option(help: "Cuts to time.")
    var cuts = 200

    func validate() throws {
        guard rounds > 0, seconds > 0, launches > 0, cuts > 0 else {
            throw ValidationError("every number must be above 0")
        }
    }

    func run() async throws {
        // Inside, whatever was started ends with this process.
        if Enclosure.current == nil { try enclose() }
        let machine = MachineLoad()
        say(machine.description)
        var missing: [String] = []
        var rows: [Row] = []
        for part in Part.allCases where only == nil || only == part {
            let before = ProcessorTime.read()
            do {
                let measured = try await measure(part)
                say("\n" + Row.table(measured) + machine.steal(since: before) + "\n")
                rows += measured
            } catch let error as ClusterError {
                missing.append("\(part.rawValue): \(error.message)")
            }
        }
        if rows.contains(where: \.isUndecided) {
            missing.append(
                "redis: two idle cores; the servers were kept from theirs, and nothing is decided"
            )
        }
        for line in missing { complain("side-by-side: " + line) }
        for row in rows where row.isMissed { complain("side-by-side: missed: \(row.what)") }
        if rows.contains(where: \.isMissed) { throw ExitCode(2) }
        if !missing.isEmpty { throw ExitCode(4) }
    }

    private func measure(_ part: Part) async throws -> [Row] {
        switch part {
        case .redis:
            try await RedisComparison(rounds: rounds, seconds: seconds, patience: wait).rows()
        case .launch: try LaunchTimes(launches: launches).rows()
        case .cuts: try CutDelays(count: cuts).rows()
        }
    }

    private func enclose() throws {
        do {
            try Enclosure.guarded.enter(Array(CommandLine.arguments.dropFirst()))
        } catch {
            complain("side-by-side: \(error.message)")
            throw ExitCode(4)
        }
    }
}

/// Shown at once, wherever it goes.
func say(_ line: String) { write(line, to: STDOUT_FILENO) }

func complain(_ line: String) { write(line, to: STDERR_FILENO) }

private func write(_ line: String, to file: CInt) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe Glibc.write(file, bytes, bytes.count)
}
