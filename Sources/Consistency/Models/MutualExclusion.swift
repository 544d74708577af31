public import Histories

/// Locks that one at a time holds, each key linearizable.
public enum MutualExclusion: HistoryModel {
    public static let name = "mutex"
    public static let summary = "locks that one at a time holds, linearizable key by key"
    public static var applicable: ApplicableOptions { [] }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            var check = MutexCheck(history: history, options: options, modelName: name)
            return { key, places, budget in
                check.options.budget = budget
                return check.conclusion(on: places, key)
            }
        }
        return keyed.plan()
    }
}
