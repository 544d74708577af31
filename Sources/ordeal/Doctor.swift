import ArgumentParser
import Experiments

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine allows, and how to allow more.",
        discussion: """
            EXAMPLES
              ordeal doctor
              ordeal doctor --allows namespaces   for scripts: status 0 if it does, 4 if not
            """
    )

    @Option(
        help: "Only ask whether this fabric works here.",
        transform: fabricChoice(named:)
    )
    var allows: Plan.FabricChoice?

    func run() throws {
        try finish(diagnose(allows: allows))
    }
}
