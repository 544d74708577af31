public import Histories

/// Registers that are read, written and deleted, each key linearizable.
public enum Register: HistoryModel {
    public static let name = "register"
    public static let summary = "read, write and delete, linearizable key by key"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        RegisterCheck.plan(history, options, modelName: name, allowsSwaps: false)
    }
}
