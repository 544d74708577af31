import ArgumentParser
import Experiments

/// A server whose times are known: what tests of load generators stand on.
struct ToyServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toy-server",
        abstract: "Serve requests in known times, until standard input ends.",
        shouldDisplay: false
    )

    @Option(help: "What a request takes on average, such as 250us.")
    var service = "0s"

    @Option(help: "exponential or fixed.")
    var law = "exponential"

    @Option(help: "What service times derive from.")
    var seed: UInt64 = 1

    @Option(help: "A port of 127.0.0.1; 0 for a free one.")
    var port: UInt16 = 0

    @Option(help: "A file whose first eight bytes count what was executed.")
    var counter: String?

    func run() async throws {
        var options = ToyOptions()
        options.service = service
        options.law = law
        options.seed = seed
        options.port = port
        options.counterFile = counter
        try finish(await serveToy(options))
    }
}
