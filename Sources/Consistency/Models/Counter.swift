public import Histories

/// Counters, each key by itself.
public enum Counter: HistoryModel {
    public static let name = "counter"
    public static let summary = "counters by what reads may show; exactly where replies show totals"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        plan(history, options).carriedOut()
    }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        let keyed = KeyedPlan(history: history, options: options) { history, options in
            var check = CounterCheck(history: history, options: options, modelName: name)
            return { key, places, budget in
                check.options.budget = budget
                return check.conclusion(on: places, key)
            }
        }
        return keyed.plan()
    }
}
