/// Follows all configurations from return to return at once.
///
/// Its memory is bounded by what can be under way, not by the history, and a configuration that is
/// no better than another is dropped; so it ends where a search in depth loses itself.
struct FrontierSearch<Machine: SequentialMachine, Mask: SlotMask> {
    private struct Configuration {
        var state: Int32
        var mask: Mask
    }

    /// Comparing every two of many configurations costs more than it saves.
    private static var compared: Int { 24 }

    private var stage: SearchStage<Machine, Mask>
    private var visited: VisitedSet<Mask>
    private var frontier: [Configuration]
    private(set) var states = 0
    private(set) var bytes = 0

    init(_ order: SearchOrder, _ machine: Machine) {
        stage = SearchStage(order, machine)
        visited = VisitedSet(slots: order.slotCount)
        frontier = [Configuration(state: machine.initial, mask: stage.startMask)]
    }

    mutating func run(states stateLimit: Int, bytes byteLimit: Int) -> SearchEnd {
        while !stage.isAtEnd {
            let event = stage.event
            if stage.order.events[event] >= 0 {
                let operation = stage.passInvocation()
                welcome(operation)
            } else {
                guard passReturn(states: stateLimit, bytes: byteLimit) else {
                    return .budgetExhausted
                }
            }
            if frontier.isEmpty { return .impossible(event: event) }
        }
        return .linearizable
    }

    private mutating func welcome(_ operation: Int) {
        var kept = 0
        for place in frontier.indices {
            let state = frontier[place].state
            guard stage.welcome(operation, state, &frontier[place].mask) else { continue }
            if kept != place { frontier[kept] = frontier[place] }
            kept += 1
        }
        frontier.removeLast(frontier.count - kept)
    }

    private mutating func passReturn(states stateLimit: Int, bytes byteLimit: Int) -> Bool {
        let slot = Int(stage.order.slots[stage.returning])
        let event = Int32(stage.event)
        var passed: [Configuration] = []
        var open: [Configuration] = []
        var choices: [Int32] = []
        for var configuration in frontier {
            if configuration.mask.contains(slot) {
                configuration.mask.remove(slot)
                passed.append(configuration)
            } else if insert(configuration, event * 2) {
                open.append(configuration)
            }
        }
        frontier = []
        while let configuration = open.popLast() {
            states += 1
            note(passed.count + open.count)
            guard states < stateLimit, bytes + visited.bytesToGrow - visited.bytes < byteLimit
            else { return false }
            choices.removeAll(keepingCapacity: true)
            choices.append(Int32(stage.returning))
            stage.appendChoices(configuration.state, configuration.mask, to: &choices)
            for choice in choices {
                var next = configuration
                guard
                    let state = stage.state(
                        after: Int(choice),
                        from: configuration.state,
                        &next.mask
                    )
                else { continue }
                next.state = state
                if next.mask.contains(slot) {
                    next.mask.remove(slot)
                    if insert(next, event * 2 + 1) { passed.append(next) }
                } else if insert(next, event * 2) {
                    open.append(next)
                }
            }
        }
        stage.passReturn()
        frontier = passed.count > 8 ? undominated(passed) : passed
        if visited.count > 1 << 17 { visited.removeAll() }
        return true
    }

    private mutating func insert(_ configuration: Configuration, _ event: Int32) -> Bool {
        visited.insert(event: event, state: configuration.state, mask: configuration.mask)
    }

    private mutating func note(_ configurations: Int) {
        bytes = max(
            bytes,
            visited.bytes + 3 * configurations * MemoryLayout<Configuration>.stride
        )
    }

    /// Without those that have used more unknown operations, or made fewer observations, than
    /// another with the same state and the same writes.
    private func undominated(_ configurations: [Configuration]) -> [Configuration] {
        let (observing, optional) = stage.indifferentSlots()
        func writes(_ mask: Mask) -> Mask {
            var writes = mask
            for word in 0..<writes.words {
                writes[word: word] &= ~(observing[word: word] | optional[word: word])
            }
            return writes
        }
        func used(_ mask: Mask) -> Int {
            (0..<mask.words).reduce(0) {
                $0 + (mask[word: $1] & optional[word: $1]).nonzeroBitCount
            }
        }
        func covers(_ left: Mask, _ right: Mask) -> Bool {
            for word in 0..<left.words {
                let (first, second) = (left[word: word], right[word: word])
                if first & ~second & optional[word: word] != 0 { return false }
                if second & ~first & observing[word: word] != 0 { return false }
            }
            return true
        }
        var groups: [GroupKey: [Int]] = [:]
        var kept: [Configuration] = []
        let sorted = configurations.sorted { used($0.mask) < used($1.mask) }
        for configuration in sorted {
            let key = GroupKey(state: configuration.state, writes: writes(configuration.mask))
            let group = groups[key, default: []]
            let isCovered = group.prefix(Self.compared).contains {
                covers(kept[$0].mask, configuration.mask)
            }
            if isCovered { continue }
            groups[key, default: []].append(kept.count)
            kept.append(configuration)
        }
        return kept
    }

    private struct GroupKey: Hashable {
        var state: Int32
        var writes: Mask
    }
}
