/// How a search came to its end.
enum SearchEnd: Sendable, Hashable {
    case linearizable
    /// No order gets past the return at this event.
    case impossible(event: Int)
    case budgetExhausted
}

/// What is under way at one place in the order of events, and what may take effect there.
struct SearchStage<Machine: SequentialMachine, Mask: SlotMask> {
    let order: SearchOrder
    var machine: Machine
    private(set) var event = 0
    private var pending: Mask
    /// By slot: the operation that has it, while it is under way.
    private var operations: [Int32]
    /// By label: in which list of choices it was seen last, and where.
    private var seen: [(list: Int, place: Int32)]
    private var lists = 0

    init(_ order: SearchOrder, _ machine: Machine) {
        self.order = order
        self.machine = machine
        pending = Mask(slots: order.slotCount)
        operations = [Int32](repeating: 0, count: order.slotCount)
        seen = [(list: Int, place: Int32)](
            repeating: (0, 0),
            count: Int(order.labels.max() ?? -1) + 1
        )
    }

    var isAtEnd: Bool { event == order.events.count }

    /// The operation that returns next; only to be asked where a return is next.
    var returning: Int { Int(~order.events[event]) }

    var startMask: Mask { Mask(slots: order.slotCount) }

    @inline(__always)
    private func isRequired(_ operation: Int) -> Bool { order.deadlines[operation] != .max }

    // MARK: Moving

    /// Goes back to an earlier event.
    mutating func retreat(to target: Int) {
        while event > target {
            event -= 1
            let code = order.events[event]
            if code >= 0 {
                pending.remove(Int(order.slots[Int(code)]))
            } else {
                let slot = Int(order.slots[Int(~code)])
                pending.insert(slot)
                operations[slot] = ~code
            }
        }
    }

    mutating func passInvocation() -> Int {
        let operation = Int(order.events[event])
        let slot = Int(order.slots[operation])
        pending.insert(slot)
        operations[slot] = Int32(operation)
        event += 1
        return operation
    }

    mutating func passReturn() {
        pending.remove(Int(order.slots[returning]))
        event += 1
    }

    /// Lets an operation that has just been invoked take effect at once if it only observes.
    ///
    /// - Returns: False if it can never succeed from here.
    @inline(__always)
    mutating func welcome(_ operation: Int, _ state: Int32, _ mask: inout Mask) -> Bool {
        guard isRequired(operation) else { return true }
        let label = order.labels[operation]
        if machine.observes(label), machine.next(state, label) == state {
            mask.insert(Int(order.slots[operation]))
        } else if Machine.foresees, machine.isDoomed(state, pending: label) {
            return false
        }
        return true
    }

    // MARK: Taking effect

    /// The state after `operation` takes effect and, with it, all that only observe it; `nil`
    /// where that leads nowhere.
    mutating func state(
        after operation: Int,
        from state: Int32,
        _ mask: inout Mask
    ) -> Int32? {
        let next = machine.next(state, order.labels[operation])
        guard next >= 0 else { return nil }
        mask.insert(Int(order.slots[operation]))
        guard next != state else { return next }
        if machine.isWasted(next), !isRequired(operation) { return nil }
        let here = Int32(event)
        if machine.isLastChance(of: state, at: here), !canReturn(to: state, mask) { return nil }
        if machine.isDoomed(next, at: here) { return nil }
        return settle(next, &mask) ? next : nil
    }

    private func canReturn(to state: Int32, _ mask: Mask) -> Bool {
        for word in 0..<mask.words {
            var bits = pending[word: word] & ~mask[word: word]
            while bits != 0 {
                let slot = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                if machine.produces(state, order.labels[Int(operations[slot])]) { return true }
            }
        }
        return false
    }

    private mutating func settle(_ state: Int32, _ mask: inout Mask) -> Bool {
        for word in 0..<mask.words {
            var bits = pending[word: word] & ~mask[word: word]
            while bits != 0 {
                let slot = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let operation = Int(operations[slot])
                guard isRequired(operation) else { continue }
                let label = order.labels[operation]
                if machine.observes(label), machine.next(state, label) == state {
                    mask.insert(slot)
                } else if Machine.foresees, machine.isDoomed(state, pending: label) {
                    return false
                }
            }
        }
        return true
    }

    /// Appends what may take effect before the operation that returns next, the most urgent first.
    ///
    /// Of operations that do the same, the most urgent stands for all: any order that takes another
    /// first can take this one in its place.
    mutating func appendChoices(_ state: Int32, _ mask: Mask, to choices: inout [Int32]) {
        lists += 1
        let start = choices.count
        let excluded = order.labels[returning]
        for word in 0..<mask.words {
            var bits = pending[word: word] & ~mask[word: word]
            while bits != 0 {
                let slot = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let operation = operations[slot]
                let label = order.labels[Int(operation)]
                if label == excluded { continue }
                if seen[Int(label)].list == lists {
                    let place = Int(seen[Int(label)].place)
                    if place >= 0, isMoreUrgent(operation, than: choices[place]) {
                        choices[place] = operation
                    }
                    continue
                }
                let next = machine.next(state, label)
                if next < 0 {
                    seen[Int(label)] = (lists, -1)
                    continue
                }
                // Nothing is gained by it; but one that has to happen may do so here unseen.
                if next == state, !isRequired(Int(operation)) { continue }
                seen[Int(label)] = (lists, Int32(choices.count))
                choices.append(operation)
            }
        }
        // They are few, and nearly in order.
        for place in choices.indices.dropFirst(start + 1) {
            let choice = choices[place]
            var hole = place
            while hole > start, isMoreUrgent(choice, than: choices[hole - 1]) {
                choices[hole] = choices[hole - 1]
                hole -= 1
            }
            choices[hole] = choice
        }
    }

    private func isMoreUrgent(_ left: Int32, than right: Int32) -> Bool {
        let (first, second) = (order.deadlines[Int(left)], order.deadlines[Int(right)])
        return first == second ? left < right : first < second
    }

    // MARK: Comparing

    /// The slots whose operations may be in one configuration and not in another that is no worse:
    /// those that only observe, and those that need not take effect at all.
    func indifferentSlots() -> (observing: Mask, optional: Mask) {
        var (observing, optional) = (startMask, startMask)
        for word in 0..<pending.words {
            var bits = pending[word: word]
            while bits != 0 {
                let slot = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                let operation = Int(operations[slot])
                if !isRequired(operation) {
                    optional.insert(slot)
                } else if machine.observes(order.labels[operation]) {
                    observing.insert(slot)
                }
            }
        }
        return (observing, optional)
    }
}
