public import Histories

/// Texts or lists that grow at their end, each key linearizable.
public enum Append: HistoryModel {
    public static let name = "append"
    public static let summary = "texts or lists that are appended to, linearizable key by key"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        AppendCheck.plan(history, options, modelName: name)
    }
}
