import Histories

/// Looks for an order of whole transactions that explains every read of a register.
///
/// What is known already fixes most of it: whoever reads a version comes before what overwrites it,
/// and so whoever only reads, and whoever writes no register but those it read, can go as soon as all
/// that must precede it is done. Only between writes that nobody read first is there a choice, and the
/// search goes back to those. That is exponential at worst, so it has a budget.
struct SerialOrderSearch {
    enum Answer: Equatable {
        case found
        case none
        case undecided
    }

    private struct Choice {
        var rank: UInt32
        var done: Int
        /// The state that it led to.
        var state: SerialState.Fingerprint?
    }

    private var state: SerialState
    private var choices: [Choice] = []
    private var failed: Set<SerialState.Fingerprint> = []
    private var budget: Int
    private let mostFailed: Int
    /// Steps that were looked at.
    private(set) var spent = 0

    /// - Parameter kept: By transaction: whether it counts; nil for all that took effect.
    init(
        _ facts: RegisterFacts,
        _ graph: DependencyGraph,
        _ order: EdgeOrder,
        _ budget: SearchBudget,
        kept: [Bool]? = nil
    ) {
        state = SerialState(SerialSteps(facts, kept: kept ?? facts.included), graph, order)
        self.budget = budget.states
        mostFailed = budget.bytes / 64
    }

    mutating func answer() -> Answer {
        var next: UInt32 = 0
        while true {
            guard spent < budget else { return .undecided }
            spent += 1
            if state.isComplete { return .found }
            if let rank = state.firstReady(from: next, looked: &spent) {
                next = 0
                guard state.isBlind(rank) else {
                    state.take(rank, moved: &spent)
                    continue
                }
                choices.append(Choice(rank: rank, done: state.done, state: nil))
                state.take(rank, moved: &spent)
                let reached = state.fingerprint
                choices[choices.count - 1].state = reached
                if !failed.contains(reached) { continue }
            }
            guard let last = choices.popLast() else { return .none }
            if let reached = last.state, failed.count < mostFailed { failed.insert(reached) }
            spent += state.done - last.done
            state.goBack(to: last.done)
            next = last.rank + 1
        }
    }
}
