internal import RESP

/// What became of a command that a connection was asked to carry out.
enum Execution {
    /// Its reply is written, or its place in the order of replies is kept.
    case done
    /// It must not start yet: offer it again when an earlier command was answered.
    case notYet
}

/// One command: what clients may ask about it, and what carries it out.
struct CommandDefinition: Sendable {
    typealias Run = @Sendable (borrowing ClientCommand, ClientConnection) -> Execution

    /// In lower case.
    var name: String
    /// The number of arguments, the name included; negative where more are allowed.
    var arity: Int
    var flags: [StaticString] = []
    var keys: KeyPositions = .none
    var group: StaticString
    var summary: StaticString
    var run: Run

    func accepts(argumentCount: Int) -> Bool {
        arity >= 0 ? argumentCount == arity : argumentCount >= -arity
    }
}

/// Where a command's keys stand among its arguments, as `COMMAND` tells clients.
struct KeyPositions: Sendable {
    var first: Int
    /// Counted from the end where negative.
    var last: Int
    var step: Int

    static let none = KeyPositions(first: 0, last: 0, step: 0)
    static let one = KeyPositions(first: 1, last: 1, step: 1)
    static let all = KeyPositions(first: 1, last: -1, step: 1)
    static let pairs = KeyPositions(first: 1, last: -1, step: 2)
}
