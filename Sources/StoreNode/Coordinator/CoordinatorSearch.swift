/// Which of several coordinators a node asks next.
struct CoordinatorSearch {
    private let coordinators: [Endpoint]
    private var index = 0
    private var asked = 0
    /// What was last wrong with each; the same is not said twice.
    private var troubles: [String]

    init(among coordinators: [Endpoint]) {
        self.coordinators = coordinators
        troubles = coordinators.map { _ in "" }
    }

    /// Nil where there are none.
    var next: Endpoint? { coordinators.isEmpty ? nil : coordinators[index] }

    /// Whether as many were asked since the last rest as there are.
    var isRoundOver: Bool { asked.isMultiple(of: max(1, coordinators.count)) }

    /// The one that was asked leads: the next search begins with it.
    mutating func succeeded() {
        troubles = coordinators.map { _ in "" }
        asked = 0
    }

    /// The one that was asked does not lead, and names who does.
    mutating func follow(_ leader: String?) {
        moveOn()
        guard let leader, let known = coordinators.firstIndex(where: { $0.description == leader })
        else { return }
        index = known
    }

    /// The one that was asked could not be reached, or is gone; whether that is news.
    mutating func failed(_ trouble: String) -> Bool {
        defer {
            troubles[index] = trouble
            moveOn()
        }
        return troubles[index] != trouble
    }

    private mutating func moveOn() {
        asked += 1
        index = (index + 1) % coordinators.count
    }
}
