import ArgumentParser
import Experiments

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine allows, and how to allow more."
    )

    func run() throws {
        try finish(diagnose())
    }
}
