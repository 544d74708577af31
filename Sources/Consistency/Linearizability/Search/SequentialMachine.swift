/// What an object does when operations come one after the other.
///
/// States and labels are dense numbers; operations with the same label do the same, so that a
/// search need not tell them apart.
protocol SequentialMachine: Sendable {
    /// The state before the first operation.
    var initial: Int32 { get set }

    /// Every state there can be, if they are few; none if they are many.
    var allStates: [Int32] { get }

    /// The state after an operation with this label, or `refused`.
    mutating func next(_ state: Int32, _ label: Int32) -> Int32

    /// Whether the label changes no state, whatever the state is.
    func observes(_ label: Int32) -> Bool

    /// Whether a required operation that is invoked at or after `event` needs `state`, and no
    /// operation invoked from there on brings it about.
    func isLastChance(of state: Int32, at event: Int32) -> Bool

    /// Whether the label brings `state` about.
    func produces(_ state: Int32, _ label: Int32) -> Bool

    /// Whether some operation that is invoked at or after `event` can no longer succeed.
    func isDoomed(_ state: Int32, at event: Int32) -> Bool

    /// Whether a required operation with this label, which is under way, can no longer succeed.
    func isDoomed(_ state: Int32, pending label: Int32) -> Bool

    /// Whether no operation that need not take effect has to lead to `state`.
    func isWasted(_ state: Int32) -> Bool

    /// Whether the search asks `isDoomed(_:pending:)` at all.
    static var foresees: Bool { get }
}

extension SequentialMachine {
    static var refused: Int32 { -1 }
    static var foresees: Bool { false }

    var allStates: [Int32] { [] }
    func observes(_ label: Int32) -> Bool { false }
    func isLastChance(of state: Int32, at event: Int32) -> Bool { false }
    func produces(_ state: Int32, _ label: Int32) -> Bool { false }
    func isDoomed(_ state: Int32, at event: Int32) -> Bool { false }
    func isDoomed(_ state: Int32, pending label: Int32) -> Bool { false }
    func isWasted(_ state: Int32) -> Bool { false }
}
