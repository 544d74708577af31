/// Several registers that are read and written together.
struct MultiRegisterMachine: SequentialMachine {
    enum Step: Sendable, Hashable {
        case read(register: Int32, value: UInt32)
        case write(register: Int32, value: UInt32)
    }

    private let deeds: [[Step]]
    private var contents: [[UInt32]]
    private var states: [[UInt32]: Int32]
    private var successors: [UInt64: Int32] = [:]
    private let observing: [Bool]

    var initial: Int32 = 0

    init(_ deeds: [[Step]], initial: [UInt32]) {
        self.deeds = deeds
        contents = [initial]
        states = [initial: 0]
        observing = deeds.map(Self.observes)
    }

    static func observes(_ steps: [Step]) -> Bool {
        steps.allSatisfy {
            if case .read = $0 { return true }
            return false
        }
    }

    mutating func next(_ state: Int32, _ label: Int32) -> Int32 {
        let here = contents[Int(state)]
        let steps = deeds[Int(label)]
        if observing[Int(label)] {
            for case .read(let register, let value) in steps where here[Int(register)] != value {
                return Self.refused
            }
            return state
        }
        let key = UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: label))
        if let known = successors[key] { return known }
        var there = here
        var isRefused = false
        for step in steps {
            switch step {
            case .read(let register, let value):
                if there[Int(register)] != value { isRefused = true }
            case .write(let register, let value):
                there[Int(register)] = value
            }
        }
        let next = isRefused ? Self.refused : self.state(of: there)
        successors[key] = next
        return next
    }

    func observes(_ label: Int32) -> Bool { observing[Int(label)] }

    private mutating func state(of content: [UInt32]) -> Int32 {
        if let known = states[content] { return known }
        let state = Int32(contents.count)
        contents.append(content)
        states[content] = state
        return state
    }
}
