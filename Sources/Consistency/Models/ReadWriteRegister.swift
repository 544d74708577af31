public import Histories

/// Transactions that read registers and write unique values to them.
///
/// As Elle's rw-register (Kingsbury and Alvaro, VLDB 2020), but a value that nobody wrote is invalid,
/// and what a transaction writes follows what it read of the same key.
public enum ReadWriteRegister: HistoryModel {
    public static let name = "rw-register"
    public static let summary = "transactions that read registers and write unique values to them"
    public static var applicable: ApplicableOptions { [.initial, .level, .keyOrder] }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        let facts = RegisterFacts(TransactionTable(history), options)
        let level = options.level ?? .strictSerializable
        var judge = TransactionJudge(facts: facts, level: level, explains: options.explains)
        judge.isDefault = options.level == nil
        return judge.conclusion()
    }
}
