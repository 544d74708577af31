/// What a client asks of a key, in the form in which it is logged, sent to peers and, for `set`, kept
/// as the stored record: one allocation serves all of them.
///
/// Layout: kind (1 byte), flags (1), argument count (2, little-endian), the arguments' lengths (4
/// each), the arguments' bytes. Arguments by kind: `set` key value, and what `ifEqual` compares with;
/// `delete`, `exists`, `getMany` and `watch` keys; `increment` key delta (8 bytes, little-endian);
/// `append` key suffix; `setMany` key value key value …; `pushRight` and `pushLeft` key elements;
/// `get`, `type`, `length` and `timeToLive` key; `range` key start stop (8 bytes each, little-endian);
/// `expire` and `persist` key; `expired` key deadline key deadline … (8 bytes each, little-endian);
/// `transaction` and `readTransaction` whole commands, carried out together or not at all. Where the
/// flags say `timed` the times stand behind them (see `logTime`).
public struct Command: Sendable, Equatable {
    public internal(set) var bytes: [UInt8]

    public enum Kind: UInt8, Sendable {
        case noOperation = 0
        case set = 1
        case delete = 2
        case increment = 3
        case append = 4
        case setMany = 5
        case pushRight = 6
        case pushLeft = 7
        case transaction = 8
        /// Gives a key a deadline.
        case expire = 9
        /// Takes it away again.
        case persist = 10
        /// Keys whose deadline has passed are gone; a primary's own, never a client's.
        case expired = 11
        // Reads are never logged; they take this form only while they wait for a lease.
        case get = 64
        case getMany = 65
        case exists = 66
        case type = 67
        case length = 68
        case range = 69
        /// A transaction that changes nothing.
        case readTransaction = 70
        case watch = 71
        case timeToLive = 72
    }

    /// Conditions of a command, and what it answers.
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let onlyIfAbsent = Flags(rawValue: 1)
        public static let onlyIfPresent = Flags(rawValue: 2)
        /// Only where the third argument is the stored value.
        public static let onlyIfEqual = Flags(rawValue: 4)
        /// The answer is the value from before.
        public static let answersEarlier = Flags(rawValue: 8)
        /// The times are the last argument; of a transaction, that a part has some.
        public static let timed = Flags(rawValue: 16)
        /// A `set` leaves the key's deadline as it is.
        public static let keepsDeadline = Flags(rawValue: 32)
        /// The deadline counts from the log time, which the primary adds before anything is logged.
        public static let relative = Flags(rawValue: 64)
        /// Of a stored record alone: the last 8 bytes of its value are its deadline.
        static let expires = Flags(rawValue: 128)

        // Of `expire` and `persist`; the first two say what they do of the deadline, not of the key.
        public static let onlyIfLater = Flags(rawValue: 4)
        public static let onlyIfSooner = Flags(rawValue: 8)
        /// The answer is the value.
        public static let answersValue = Flags(rawValue: 32)

        // Of `timeToLive`.
        public static let inSeconds = Flags(rawValue: 1)
        /// The deadline itself, not how long it is until then.
        public static let isAbsolute = Flags(rawValue: 2)
    }

    public static let noOperation = Command(kind: .noOperation, argumentCount: 0, byteCount: 0)
    /// Stands where a command was taken away; never logged or sent.
    static let empty = Command()

    private init() { bytes = [] }

    /// Bytes before the first argument's.
    public static func headerSize(argumentCount: Int) -> Int { 4 + 4 * argumentCount }

    /// The most arguments one command can carry.
    public static let argumentLimit = Int(UInt16.max)

    /// Begins a command whose arguments are then appended one by one.
    public init(kind: Kind, flags: Flags = [], argumentCount: Int, byteCount: Int) {
        let header = Self.headerSize(argumentCount: argumentCount)
        bytes = []
        bytes.reserveCapacity(header + byteCount)
        bytes.append(kind.rawValue)
        bytes.append(flags.rawValue)
        bytes.append(UInt8(truncatingIfNeeded: argumentCount))
        bytes.append(UInt8(truncatingIfNeeded: argumentCount >> 8))
        bytes.append(contentsOf: repeatElement(0, count: 4 * argumentCount))
    }

    /// Fills the next argument in; `number` counts from 0 and must rise by one.
    public mutating func append(argument number: Int, _ argument: UnsafeRawBufferPointer) {
        setLength(argument.count, of: number)
        unsafe bytes.append(contentsOf: argument)
    }

    public mutating func append(argument number: Int, _ argument: some Collection<UInt8>) {
        setLength(argument.count, of: number)
        bytes.append(contentsOf: argument)
    }

    /// Takes bytes from the wire or a log; nil where they are not a whole command.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= 4, Kind(rawValue: bytes[0]) != nil else { return nil }
        let count = Int(bytes[2]) | Int(bytes[3]) << 8
        var total = Self.headerSize(argumentCount: count)
        guard bytes.count >= total else { return nil }
        for number in 0..<count { total += Self.length(of: number, in: bytes) }
        guard bytes.count == total else { return nil }
        self.bytes = bytes
        guard isTransaction else {
            let isWhole =
                !isTimed
                || (count > 0 && Self.length(of: count - 1, in: bytes) == Self.timesByteCount)
            if !isWhole { return nil }
            return
        }
        for part in arguments {
            guard let command = Command(part: part), command.kind != .watch else { return nil }
        }
    }

    /// One command of a transaction, which never is a transaction itself.
    init?(part: ArraySlice<UInt8>) {
        guard let kind = part.first.flatMap(Kind.init(rawValue:)), kind != .transaction,
            kind != .readTransaction
        else { return nil }
        self.init(bytes: Array(part))
    }

    /// A command of whole arguments; for tests and rare paths.
    public init(_ kind: Kind, flags: Flags = [], _ arguments: [[UInt8]]) {
        let size = arguments.reduce(0) { $0 + $1.count }
        self.init(kind: kind, flags: flags, argumentCount: arguments.count, byteCount: size)
        for (number, argument) in arguments.enumerated() {
            append(argument: number, argument)
        }
    }

    public var kind: Kind { Kind(rawValue: bytes[0]) ?? .noOperation }
    public var flags: Flags { Flags(rawValue: bytes[1]) }
    public var argumentCount: Int { Int(bytes[2]) | Int(bytes[3]) << 8 }
    public var isRead: Bool { bytes[0] >= Kind.get.rawValue }
    public var isTransaction: Bool {
        bytes[0] == Kind.transaction.rawValue || bytes[0] == Kind.readTransaction.rawValue
    }

    /// Where the argument stands in `bytes`.
    public func range(of number: Int) -> Range<Int> {
        var start = Self.headerSize(argumentCount: argumentCount)
        for earlier in 0..<number { start += Self.length(of: earlier, in: bytes) }
        return start..<start + Self.length(of: number, in: bytes)
    }

    public func argument(_ number: Int) -> ArraySlice<UInt8> { bytes[range(of: number)] }

    /// The first argument, which mostly is the key.
    var first: ArraySlice<UInt8>? { argumentCount > 0 ? argument(0) : nil }

    /// All arguments in order; looking each up by its number would cost the square of their count.
    public var arguments: Arguments { Arguments(self) }

    /// The arguments of a command, one after the other.
    public struct Arguments: Sequence, IteratorProtocol, Sendable {
        private let bytes: [UInt8]
        private let count: Int
        private var number = 0
        private var start: Int

        init(_ command: Command) {
            bytes = command.bytes
            count = command.argumentCount
            start = Command.headerSize(argumentCount: count)
        }

        public mutating func next() -> ArraySlice<UInt8>? {
            guard number < count else { return nil }
            let end = start + Command.length(of: number, in: bytes)
            defer {
                start = end
                number += 1
            }
            return bytes[start..<end]
        }
    }

    /// Whether the command, if it is carried out, may change one of the keys.
    func mayChange(anyOf keys: [WatchTicket.Key]) -> Bool {
        guard !isRead else { return false }
        if kind == .transaction {
            return arguments.contains { Command(part: $0)?.mayChange(anyOf: keys) == true }
        }
        let step = keyStep
        guard step > 0 else { return false }
        for (number, argument) in arguments.enumerated() where number % step == 0 {
            if keys.contains(where: { argument.elementsEqual($0.name) }) { return true }
        }
        return false
    }

    mutating func setLength(_ length: Int, of number: Int) {
        let at = 4 + 4 * number
        for byte in 0..<4 { bytes[at + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }

    static func length(of number: Int, in bytes: [UInt8]) -> Int {
        let at = 4 + 4 * number
        return Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16
            | Int(bytes[at + 3]) << 24
    }
}
