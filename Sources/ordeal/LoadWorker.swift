import ArgumentParser
import Experiments

/// One load-generating process, which `ordeal run` starts.
struct LoadWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-worker",
        abstract: "Generate load for a run.",
        shouldDisplay: false
    )

    @Argument(help: "What to do, a JSON file.")
    var configurationFile: String

    func run() throws {
        throw ExitCode(generateLoad(configurationFile: configurationFile))
    }
}
