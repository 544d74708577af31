/// What a client asks of a key, in the form in which it is logged, sent to peers and, for `set`, kept
/// as the stored record: one allocation serves all of them.
///
/// Layout: kind (1 byte), flags (1), argument count (2, little-endian), the arguments' lengths (4
/// each), the arguments' bytes. Arguments by kind: `set` key value; `delete`, `exists` and `getMany`
/// keys; `increment` key delta (8 bytes, little-endian); `append` key suffix; `setMany` key value key
/// value …; `get` key.
public struct Command: Sendable, Equatable {
    public private(set) var bytes: [UInt8]

    public enum Kind: UInt8, Sendable {
        case noOperation = 0
        case set = 1
        case delete = 2
        case increment = 3
        case append = 4
        case setMany = 5
        // Reads are never logged; they take this form only while they wait for a lease.
        case get = 64
        case getMany = 65
        case exists = 66
    }

    /// Conditions of a `set`.
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let onlyIfAbsent = Flags(rawValue: 1)
        public static let onlyIfPresent = Flags(rawValue: 2)
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

    /// Where the argument stands in `bytes`.
    public func range(of number: Int) -> Range<Int> {
        var start = Self.headerSize(argumentCount: argumentCount)
        for earlier in 0..<number { start += Self.length(of: earlier, in: bytes) }
        return start..<start + Self.length(of: number, in: bytes)
    }

    public func argument(_ number: Int) -> ArraySlice<UInt8> { bytes[range(of: number)] }

    private mutating func setLength(_ length: Int, of number: Int) {
        let at = 4 + 4 * number
        for byte in 0..<4 { bytes[at + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }

    private static func length(of number: Int, in bytes: [UInt8]) -> Int {
        let at = 4 + 4 * number
        return Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16
            | Int(bytes[at + 3]) << 24
    }
}

/// The answer of a command that was carried out.
public enum CommandReply: Sendable, Equatable {
    case ok
    case null
    case integer(Int64)
    /// A stored record (see `StoredRecord`): its value is the answer.
    case value(StoredRecord)
    case values([StoredRecord?])
    case failure(CommandFailure)
}

/// Why a command was refused although its shard could serve it.
public enum CommandFailure: Sendable, Equatable {
    case notAnInteger
    case overflow
    case tooLong
}

/// A key and its value as the table keeps them: the bytes of a `set` command.
public struct StoredRecord: Sendable, Equatable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    private static let header = Command.headerSize(argumentCount: 2)

    public var keyRange: Range<Int> {
        Self.header..<Self.header + Self.length(in: bytes, at: 4)
    }
    public var valueRange: Range<Int> {
        Self.header + Self.length(in: bytes, at: 4)..<bytes.count
    }
    public var key: ArraySlice<UInt8> { bytes[keyRange] }
    public var value: ArraySlice<UInt8> { bytes[valueRange] }

    private static func length(in bytes: [UInt8], at offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
            | Int(bytes[offset + 3]) << 24
    }
}
