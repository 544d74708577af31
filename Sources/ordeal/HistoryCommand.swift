import ArgumentParser
import Experiments

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Bring recorded histories into other formats, and back.",
        subcommands: [Export.self, Import.self]
    )

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a history for other tools.",
            discussion: """
                EXAMPLES
                  ordeal history export history.bin --to jepsen-edn > history.edn
                  ordeal history export history.bin --to porcupine-log --output history.log
                """
        )

        @OptionGroup var conversion: ConversionOptions

        @Option(help: "How the history is to be written.")
        var to = "jepsen-edn"

        func run() throws {
            try finish(convertHistory(conversion.conversion(to: to)))
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write another tool's history as Ordeal keeps its own.",
            discussion: """
                EXAMPLES
                  ordeal history import history.edn --model set --output history.bin
                  ordeal history import etcd_000.log --from porcupine-log --output history.bin
                """
        )

        @OptionGroup var conversion: ConversionOptions

        @Option(help: "How the history is to be written.")
        var to = "ordeal"

        func run() throws {
            try finish(convertHistory(conversion.conversion(to: to)))
        }
    }
}

struct ConversionOptions: ParsableArguments {
    @Argument(help: "The history.")
    var file: String

    @Option(help: "How the file is written (default: as it shows).")
    var from: String?

    @Option(help: "What the operations are about, where their names do not tell.")
    var model: String?

    @Option(help: ArgumentHelp("Where to write (default: standard output).", valueName: "file"))
    var output: String?

    func conversion(to format: String) -> HistoryConversion {
        HistoryConversion(file: file, from: from, to: format, model: model, output: output)
    }
}
