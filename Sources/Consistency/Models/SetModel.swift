public import Histories

/// Sets that only grow, each key by itself.
public enum SetModel: HistoryModel {
    public static let name = "set"
    public static let summary = "sets that only grow: what was lost, doubled or never inserted"
    public static var applicable: ApplicableOptions { [] }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            var check = SetCheck(history: history, options: options, modelName: name)
            return { key, places, budget in
                check.options.budget = budget
                return check.conclusion(on: places, key)
            }
        }
        return keyed.plan()
    }
}
