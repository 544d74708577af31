public import Histories

/// Registers with compare-and-set, each key linearizable.
public enum CompareAndSetRegister: HistoryModel {
    public static let name = "cas-register"
    public static let summary = "read, write, delete and compare-and-set, linearizable key by key"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        RegisterCheck.plan(history, options, modelName: name, allowsSwaps: true)
    }
}
