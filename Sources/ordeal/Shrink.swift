import ArgumentParser
import Consistency
import Experiments

struct Shrink: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reduce an invalid history to a small one that is still invalid.",
        discussion: """
            Takes out whole keys, whole clients, values with their writes and reads, and single reads, \
            and keeps what stays invalid. No read is left of something whose write was taken out.

            EXAMPLES
              ordeal shrink --history history.bin --model cas-register
              ordeal shrink --history etcd_007.log --model cas-register --output small.log

            EXIT STATUS
              0 reduced, 3 not invalid, so there is nothing to reduce, 64 unreadable or wrong usage
            """
    )

    @Option(help: ArgumentHelp("The invalid history.", valueName: "file"))
    var history: String

    @OptionGroup var meaning: HistoryMeaning

    @Option(help: "What the store promised.")
    var model: String

    @Option(
        help: ArgumentHelp("Where to write it (default: standard output).", valueName: "file")
    )
    var output: String?

    @Option(help: "After how many seconds the smallest so far is taken.")
    var seconds = 20.0

    func validate() throws {
        guard seconds > 0, seconds < 1e6 else {
            throw ValidationError("--seconds takes a number above 0")
        }
    }

    func run() throws {
        let words = meaning.words(model: model)
        try finish(shrinkHistory(history, words, output: output, seconds: seconds))
    }
}
