import ArgumentParser
import Experiments

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Name what a plan may use.",
        discussion: """
            EXAMPLES
              ordeal list
              ordeal list faults
            """
    )

    @Argument(help: "Only this kind.")
    var kind: String?

    func run() throws {
        try finish(listKinds(kind))
    }
}
