/// Looks for one order that explains everything, going as far as it can before it goes back.
///
/// A configuration is an event, the object's state, and which of the operations under way have
/// taken effect. An operation takes effect only when a return forces it, or at once where it
/// changes nothing; one whose end is unknown is taken last, or never.
struct DepthFirstSearch<Machine: SequentialMachine, Mask: SlotMask> {
    private struct Frame {
        var event: Int32
        var state: Int32
        var mask: Mask
        /// Where this frame's choices start among all; -1 while only the returning operation was
        /// tried.
        var choices: Int
        var next: Int
    }

    private var stage: SearchStage<Machine, Mask>
    private var visited: VisitedSet<Mask>
    private var frames: [Frame] = []
    private var choices: [Int32] = []
    private var farthest = 0
    private var isStarted = false
    private(set) var states = 0

    init(_ order: SearchOrder, _ machine: Machine) {
        stage = SearchStage(order, machine)
        visited = VisitedSet(slots: order.slotCount)
    }

    var bytes: Int {
        visited.bytes + frames.capacity * MemoryLayout<Frame>.stride + choices.capacity * 4
    }

    /// May be called again with a larger budget after it was exhausted.
    mutating func run(states stateLimit: Int, bytes byteLimit: Int) -> SearchEnd {
        if !isStarted {
            isStarted = true
            if follow(stage.machine.initial, stage.startMask) { return .linearizable }
        }
        while let frame = frames.last {
            guard states < stateLimit, visited.bytesToGrow < byteLimit else {
                return .budgetExhausted
            }
            stage.retreat(to: Int(frame.event))
            guard let operation = nextChoice() else { continue }
            var mask = frame.mask
            if let state = stage.state(after: operation, from: frame.state, &mask),
                follow(state, mask)
            {
                return .linearizable
            }
        }
        return .impossible(event: farthest)
    }

    /// What to try next in the last frame; drops the frame when nothing is left.
    private mutating func nextChoice() -> Int? {
        let last = frames.count - 1
        let frame = frames[last]
        if frame.next < 0 {
            frames[last].next = 0
            return stage.returning
        }
        if frame.choices < 0 {
            frames[last].choices = choices.count
            stage.appendChoices(frame.state, frame.mask, to: &choices)
        }
        let place = frames[last].choices + frame.next
        guard place < choices.count else {
            choices.removeLast(choices.count - frames[last].choices)
            frames.removeLast()
            return nil
        }
        frames[last].next += 1
        return Int(choices[place])
    }

    /// Goes on to the next return that nothing has provided for.
    ///
    /// - Returns: Whether there is none.
    private mutating func follow(_ state: Int32, _ start: Mask) -> Bool {
        var mask = start
        while !stage.isAtEnd {
            if stage.order.events[stage.event] >= 0 {
                let operation = stage.passInvocation()
                guard stage.welcome(operation, state, &mask) else {
                    farthest = max(farthest, stage.event - 1)
                    return false
                }
                continue
            }
            let slot = Int(stage.order.slots[stage.returning])
            if mask.contains(slot) {
                mask.remove(slot)
                stage.passReturn()
                continue
            }
            farthest = max(farthest, stage.event)
            states += 1
            let event = Int32(stage.event)
            if visited.insert(event: event, state: state, mask: mask) {
                frames.append(
                    Frame(event: event, state: state, mask: mask, choices: -1, next: -1)
                )
            }
            return false
        }
        return true
    }
}
