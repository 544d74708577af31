import Histories

/// Checks counters: exactly where replies to additions show totals, else by what a read may show.
///
/// A read may show whatever was surely added before it began, and any of what may have been added
/// before it ended, as Jepsen has it.
struct CounterCheck {
    typealias Operation = DeedOperation<CounterMachine.Deed>

    let history: History
    var options: CheckOptions
    let modelName: String

    func conclusion(on places: ArraySlice<Int32>, _ key: KeyID) -> Conclusion {
        var foreign = 0
        var operations: [Operation] = []
        var showsTotals = false
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            let isKnown = operation.outcome == .ok
            switch operation.action {
            case .readCounter(let total?) where isKnown:
                operations.append(Operation(.read(total), observes: true, operation, at: place))
            case .readCounter:
                break
            case .add(let amount, let total):
                let shown = isKnown ? total : nil
                if shown != nil { showsTotals = true }
                let deed = CounterMachine.Deed.add(amount, total: shown)
                operations.append(Operation(deed, observes: false, operation, at: place))
            default:
                foreign += 1
            }
        }
        var conclusion = Conclusion(verdict: .valid, operations: operations.count)
        let initial = initialTotal
        if let impossibility = outOfBounds(operations, initial) {
            conclusion = conclusion.refuted(by: impossibility, key, history)
        } else if showsTotals {
            let search = ObjectSearch(history: history, options: options) {
                Self.problem($0, initial)
            }
            conclusion = search.judge(operations, key, conclusion)
        }
        return conclusion.aware(ofForeign: foreign, modelName, key, history)
    }

    private var initialTotal: Int64 {
        guard options.initial != .absent,
            Int(options.initial.rawValue) < history.values.count
        else { return 0 }
        return Int64(history.text(of: options.initial)) ?? 0
    }

    /// A total that no part of the additions under way makes.
    private func outOfBounds(_ operations: [Operation], _ initial: Int64) -> Impossibility? {
        var (starts, ends): ([(time: Int64, amount: Int64)], [(time: Int64, amount: Int64)]) =
            ([], [])
        for operation in operations {
            guard case .add(let amount, _) = operation.deed else { continue }
            starts.append((operation.invoked, amount))
            if operation.isRequired { ends.append((operation.completed, amount)) }
        }
        starts.sort { $0.time < $1.time }
        ends.sort { $0.time < $1.time }
        let begun = RunningSum(starts)
        let ended = RunningSum(ends)
        for operation in operations where operation.isRequired {
            let total: Int64
            var least = initial
            var most = initial
            switch operation.deed {
            case .read(let read):
                total = read
                least &+= ended.gained(before: operation.invoked)
                least &+= begun.lost(upTo: operation.completed)
                most &+= begun.gained(upTo: operation.completed)
                most &+= ended.lost(before: operation.invoked)
            case .add(let amount, let shown?):
                // Its own amount is surely in the total that it shows.
                total = shown
                least &+= ended.gained(before: operation.invoked) &+ max(0, amount)
                least &+= begun.lost(upTo: operation.completed)
                most &+= begun.gained(upTo: operation.completed)
                most &+= ended.lost(before: operation.invoked) &+ min(0, amount)
            case .add:
                continue
            }
            guard total < least || total > most else { continue }
            return Impossibility(
                anomaly: total < least ? "lost-increment" : "duplicate-increment",
                places: [operation.place],
                reasons: [
                    "What had been acknowledged and what was under way allow \(least) to \(most).",
                    total < least
                        ? "Something that was acknowledged is missing."
                        : "Something was added that nobody had asked for, or it was added twice.",
                ]
            )
        }
        return nil
    }

    private static func problem(
        _ operations: [Operation],
        _ initial: Int64
    ) -> SearchProblem<Operation, CounterMachine> {
        var deeds = LabelledDeeds<CounterMachine.Deed>()
        let order = SearchOrder(operations.map { $0.entry(&deeds) })
        let grows = operations.allSatisfy {
            if case .add(let amount, _) = $0.deed { return amount >= 0 }
            return true
        }
        var least: [Int64] = []
        if grows {
            least = [Int64](repeating: .max, count: order.events.count + 1)
            for (number, operation) in operations.enumerated() where operation.isRequired {
                guard let found = CounterMachine.found(operation.deed) else { continue }
                least[Int(order.starts[number])] = found
            }
            for event in order.events.indices.reversed() {
                least[event] = min(least[event], least[event + 1])
            }
        }
        let machine = CounterMachine(deeds.deeds, initial: initial, least: least)
        return SearchProblem(operations: operations, order: order, machine: machine)
    }
}

/// The sums of what was added and of what was taken away, up to any time.
private struct RunningSum {
    private let times: [Int64]
    private var gains: [Int64] = [0]
    private var losses: [Int64] = [0]

    init(_ changes: [(time: Int64, amount: Int64)]) {
        times = changes.map(\.time)
        for change in changes {
            gains.append(gains[gains.count - 1] &+ max(0, change.amount))
            losses.append(losses[losses.count - 1] &+ min(0, change.amount))
        }
    }

    func gained(before time: Int64) -> Int64 { gains[count { $0 < time }] }
    func gained(upTo time: Int64) -> Int64 { gains[count { $0 <= time }] }
    func lost(before time: Int64) -> Int64 { losses[count { $0 < time }] }
    func lost(upTo time: Int64) -> Int64 { losses[count { $0 <= time }] }

    private func count(_ isIn: (Int64) -> Bool) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if isIn(times[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
