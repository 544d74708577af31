import ArgumentParser
import Consistency
import Experiments

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether recorded histories keep a promise.",
        discussion: """
            Reads what clients asked and were told, and says whether any store that keeps the model's \
            promise could have answered so. Formats and models are listed by `ordeal list`; the \
            format may be left out where the file shows it. A folder stands for the parts of one \
            history that a run's workers wrote into it.

            EXAMPLES
              ordeal check history.edn --model cas-register --initial 0 --nil-reads any
              ordeal check logs/*.log --format porcupine-log --model cas-register
              ordeal check txns.edn --model list-append --level serializable
              ordeal check results/latest/trials/0001-single/workers --model cas-register
              ordeal check sessions.txt --format awdit --model transactions --level causal
              ordeal check history.json --model bank --json > result.json
              ordeal check --self-test             whether the checkers see what they must

            EXIT STATUS
              0 valid, 1 invalid, 3 unknown or an assumption violated, 64 unreadable or wrong usage; \
            of several files 1 before 64 before 3
            """
    )

    @Argument(
        help: ArgumentHelp("The histories; - is standard input, with --format.", valueName: "file")
    )
    var files: [String] = []

    @OptionGroup var meaning: HistoryMeaning

    @Option(help: "What the store promised.")
    var model: String?

    @Flag(help: "Print the results as one JSON object.")
    var json = false

    @Option(help: "The most states that a search may visit before it answers unknown.")
    var budgetStates: Int?

    @Option(help: "The most megabytes that a search may hold before it answers unknown.")
    var budgetMemory: Int?

    @Flag(help: "Try the checkers on histories whose answer is known, in place of files.")
    var selfTest = false

    @Option(help: "Where the self-test's histories begin.")
    var seed: UInt64 = 1

    @Option(help: "How many histories the self-test tries.")
    var histories = 20_000

    func validate() throws {
        if selfTest {
            guard files.isEmpty else { throw ValidationError("--self-test takes no files") }
            guard !json else { throw ValidationError("--self-test prints no JSON") }
            guard (1...10_000_000).contains(histories) else {
                throw ValidationError("--histories takes 1 to 10000000")
            }
            return
        }
        if files.isEmpty { throw ValidationError("name at least one file") }
        if model == nil { throw ValidationError("--model is missing; see `ordeal list models`") }
    }

    func run() throws {
        if selfTest { try finish(testCheckers(seed: seed, histories: histories)) }
        var words = meaning.words(model: model)
        words.states = budgetStates
        words.megabytes = budgetMemory
        try finish(checkHistories(files, words, json: json))
    }
}
