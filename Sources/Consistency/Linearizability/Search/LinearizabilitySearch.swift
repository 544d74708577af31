/// What a search for an order of one object's operations came to.
struct SearchResult: Sendable {
    var end: SearchEnd
    var spent: SearchSpent
}

/// Searches in depth first, which is quick where an order exists; then follows all configurations
/// at once, which ends where the other loses itself; then takes up the first again.
enum LinearizabilitySearch {
    /// The share of the budget after which the search in depth gives way.
    private static let firstShare = 8
    private static let firstLimit = 2_000_000

    static func run(
        _ order: SearchOrder,
        _ machine: some SequentialMachine,
        _ budget: SearchBudget
    ) -> SearchResult {
        switch order.slotCount {
        case ...64: run(order, machine, budget, SingleWordMask.self)
        case ...256: run(order, machine, budget, VectorMask<SIMD4<UInt64>>.self)
        case ...1024: run(order, machine, budget, VectorMask<SIMD16<UInt64>>.self)
        default: run(order, machine, budget, UnboundedMask.self)
        }
    }

    private static func run<Machine: SequentialMachine, Mask: SlotMask>(
        _ order: SearchOrder,
        _ machine: Machine,
        _ budget: SearchBudget,
        _: Mask.Type
    ) -> SearchResult {
        var depth = DepthFirstSearch<Machine, Mask>(order, machine)
        let first = min(budget.states / firstShare, firstLimit)
        var end = depth.run(states: first, bytes: budget.bytes / 4)
        var spent = SearchSpent(states: depth.states, bytes: depth.bytes)
        guard end == .budgetExhausted else { return SearchResult(end: end, spent: spent) }
        let followed: Int
        do {
            var frontier = FrontierSearch<Machine, Mask>(order, machine)
            end = frontier.run(states: budget.states / 2, bytes: budget.bytes - depth.bytes)
            followed = frontier.states
            spent.bytes += frontier.bytes
            spent.states += followed
        }
        guard end == .budgetExhausted else { return SearchResult(end: end, spent: spent) }
        end = depth.run(states: budget.states - followed, bytes: budget.bytes)
        spent.states = depth.states + followed
        spent.bytes = max(spent.bytes, depth.bytes)
        return SearchResult(end: end, spent: spent)
    }
}
