import ArgumentParser
import Experiments

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render a finished run's reports again, from its run.json.",
        discussion: """
            EXAMPLES
              ordeal report results/latest
            """
    )

    @Argument(help: ArgumentHelp("A run's folder.", valueName: "run-folder"))
    var folder: String

    func run() throws {
        try finish(renderReports(of: folder))
    }
}
