import ArgumentParser
import Consistency

/// What a history is held against, beside its model.
struct HistoryMeaning: ParsableArguments {
    @Option(help: "How the files are written (default: as each shows).")
    var format: String?

    @Option(
        help: ArgumentHelp("What a key holds at first: a value, or absent.", valueName: "value")
    )
    var initial: String?

    @Option(help: "What a read of nothing says: absent, or any for that nothing is known.")
    var nilReads: String?

    @Option(help: "The isolation that transactions are held against.")
    var level: String?

    @Option(
        help: ArgumentHelp(
            "The order in which the store is known to keep the versions of each register by itself: "
                + "sequential or linearizable (default: unknown).",
            valueName: "order"
        )
    )
    var keyOrder: String?

    @Flag(help: "Let a bank's accounts be overdrawn.")
    var negativeBalances = false

    func words(model: String?) -> HistoryCheck.Words {
        var words = HistoryCheck.Words()
        words.format = format
        words.model = model
        words.initial = initial
        words.nilReads = nilReads
        words.level = level
        words.keyOrder = keyOrder
        words.allowsOverdraft = negativeBalances
        return words
    }
}
