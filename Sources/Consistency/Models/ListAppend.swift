public import Histories

/// Transactions that read lists and append unique elements to them.
///
/// The anomalies are Adya's (1999), found as Elle does (Kingsbury and Alvaro, VLDB 2020).
public enum ListAppend: HistoryModel {
    public static let name = "list-append"
    public static let summary = "transactions that read lists and append to them"
    public static var applicable: ApplicableOptions { .level }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        let facts = ListFacts(TransactionTable(history))
        let level = options.level ?? .strictSerializable
        var judge = TransactionJudge(facts: facts, level: level, explains: options.explains)
        judge.isDefault = options.level == nil
        return judge.conclusion()
    }
}
