public import Histories

/// Sessions of transactions on registers, at the levels that need no clock: read committed, read
/// atomic and causal as AWDIT decides them (Møldrup and Pavlogiannis, PLDI 2025), a session's own
/// order counting at each.
///
/// Stronger levels are judged as `rw-register` judges them.
public enum Transactions: HistoryModel {
    public static let name = "transactions"
    public static let summary = "sessions of transactions on registers with unique values"
    public static var applicable: ApplicableOptions { [.initial, .level] }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        let facts = RegisterFacts(TransactionTable(history), options)
        let weak: CommitOrder.Level
        switch options.level ?? .causal {
        case .readCommitted: weak = .readCommitted
        case .readAtomic: weak = .readAtomic
        case .causal: weak = .causal
        case let level:
            return TransactionJudge(facts: facts, level: level, explains: options.explains)
                .conclusion()
        }
        let level = options.level ?? .causal
        return SessionLevelJudge(
            facts: facts,
            level: weak,
            levelWords: level.words(isDefault: options.level == nil)
        ).conclusion()
    }
}
