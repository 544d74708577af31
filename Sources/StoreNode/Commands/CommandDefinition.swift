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
    var flags: [StaticString]
    var keys: KeyPositions
    /// Commands on keys are queued unless they say otherwise, and others refused.
    var queueing: Queueing
    var group: StaticString
    var summary: StaticString
    var run: Run

    init(
        name: String,
        arity: Int,
        flags: [StaticString] = [],
        keys: KeyPositions = .none,
        queueing: Queueing? = nil,
        group: StaticString,
        summary: StaticString,
        run: @escaping Run
    ) {
        self.name = name
        self.arity = arity
        self.flags = flags
        self.keys = keys
        self.group = group
        self.summary = summary
        self.run = run
        self.queueing = queueing ?? (keys.first > 0 ? .queued : .refused)
    }

    func accepts(argumentCount: Int) -> Bool {
        arity >= 0 ? argumentCount == arity : argumentCount >= -arity
    }
}

/// What becomes of a command between MULTI and EXEC.
enum Queueing: Sendable {
    case queued
    /// Its reply does not depend on any key: it is made at once, and given with the others.
    case answered
    /// It is not part of the transaction.
    case atOnce
    case refused
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
