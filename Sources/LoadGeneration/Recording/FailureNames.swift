/// The classes of failures, numbered so that a request can carry one.
struct FailureNames {
    static let notSent: UInt8 = 0
    static let unreachable: UInt8 = 1
    static let timeout: UInt8 = 2
    static let connectionLost: UInt8 = 3
    static let primaryMoved: UInt8 = 4
    static let unfinished: UInt8 = 5
    static let other: UInt8 = 6

    /// The project's own classes are lower case; a server's are as the server spells them.
    private(set) var names = [
        "not-sent", "unreachable", "timeout", "connection-lost", "primary-moved", "unfinished",
        "other",
    ]

    /// The classes in which no server said anything.
    static let unanswered = ["not-sent", "unreachable", "timeout", "connection-lost", "unfinished"]

    /// More classes than any store has; the rest are counted together.
    private static let limit = 64

    mutating func number(of name: String) -> UInt8 {
        if let known = names.firstIndex(of: name) { return UInt8(known) }
        guard names.count < Self.limit else { return Self.other }
        names.append(name)
        return UInt8(names.count - 1)
    }
}
