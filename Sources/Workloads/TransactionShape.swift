/// What a transaction does, drawn from its argument: the same whenever it is asked for.
///
/// A request in flight then needs no list of steps, only a number.
public struct TransactionShape: Sendable, Hashable {
    /// One command of a transaction.
    public struct Step: Sendable, Hashable {
        /// Among the record's keys of the time.
        public var part: Int
        public var isRead: Bool
    }

    public static let mostSteps = 4

    private let argument: UInt64
    private let parts: Int

    /// - Parameter parts: Keys to choose among, 1 at least.
    public init(argument: UInt64, parts: Int) {
        precondition(parts > 0, "A transaction touches keys.")
        self.argument = argument
        self.parts = parts
    }

    public var count: Int { Int(argument & 3) + 1 }

    /// The step at an index below `count`: half are reads.
    public subscript(index: Int) -> Step {
        // 12 bits a step, from bit 2.
        let bits = argument >> UInt64(2 + 12 * index)
        return Step(part: Int((bits >> 1) & 0x7ff) % parts, isRead: bits & 1 == 0)
    }
}

/// A transfer between two accounts of a bank, drawn from its argument.
public struct TransferShape: Sendable, Hashable {
    public let from: Int
    public let to: Int
    public let amount: Int64

    /// - Parameter parts: Accounts to choose among, 2 at least.
    public init(argument: UInt64, parts: Int) {
        precondition(parts > 1, "A transfer needs two accounts.")
        from = Int(argument & 0xffff) % parts
        to = (from + 1 + Int(argument >> 16 & 0xffff) % (parts - 1)) % parts
        amount = Int64(argument >> 32 & 0xffff) % 5 + 1
    }
}

/// What is added to a counter, drawn from its argument: -5 to 5 and never 0.
public struct CounterShape: Sendable, Hashable {
    public let amount: Int64

    public init(argument: UInt64) {
        let size = Int64(argument & 0xffff) % 5 + 1
        amount = argument >> 16 & 1 == 0 ? size : -size
    }
}
