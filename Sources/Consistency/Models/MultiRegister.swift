public import Histories

/// Registers that transactions read and write together, linearizable as one object.
public enum MultiRegister: HistoryModel {
    public static let name = "multi-register"
    public static let summary = "transactions of reads and writes, linearizable as one object"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        MultiRegisterCheck(history: history, options: options, modelName: name).plan()
    }
}
