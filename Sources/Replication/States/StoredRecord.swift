/// A key and its value as the table keeps them: the bytes of a `set` command.
///
/// A list's record has a mark in place of the command's kind, and its place among the lists in place
/// of a value. A key that ends has a flag that says so, and its deadline behind the value.
public struct StoredRecord: Sendable, Equatable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes bytes from the wire; nil where they are no record.
    public init?(received bytes: [UInt8]) {
        guard var first = bytes.first else { return nil }
        var command = bytes
        if first == Self.listMark { first = Command.Kind.set.rawValue }
        command[0] = first
        guard first == Command.Kind.set.rawValue, let command = Command(bytes: command),
            command.isRecord
        else { return nil }
        self.bytes = bytes
    }

    init(key: some Collection<UInt8>, value: some Collection<UInt8>, deadline: Int64? = nil) {
        var command = Command(
            kind: .set,
            flags: deadline == nil ? [] : .expires,
            argumentCount: 2,
            byteCount: key.count + value.count + (deadline == nil ? 0 : Self.deadlineByteCount)
        )
        command.append(argument: 0, key)
        command.append(argument: 1, value)
        if let deadline { command.lengthenLast(by: deadline) }
        bytes = command.bytes
    }

    init(key: some Collection<UInt8>, listPlace place: Int) {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: place >> (8 * $0)) }
        var bytes = StoredRecord(key: key, value: number).bytes
        bytes[0] = Self.listMark
        self.bytes = bytes
    }

    /// No command's kind.
    private static let listMark: UInt8 = 0xFF

    public var isList: Bool { bytes[0] == Self.listMark }

    /// Whether the key has a deadline.
    public var expires: Bool { bytes[1] & Command.Flags.expires.rawValue != 0 }

    /// The log time at which the key ends, milliseconds since the Unix epoch.
    public var deadline: Int64? {
        expires ? Command.number(in: bytes, at: bytes.count - Self.deadlineByteCount) : nil
    }

    static let deadlineByteCount = 8

    /// The same key and value with another deadline, or without one.
    func ending(at deadline: Int64?) -> StoredRecord {
        var record = StoredRecord(key: key, value: value, deadline: deadline).bytes
        record[0] = bytes[0]
        return StoredRecord(bytes: record)
    }

    /// Where the list stands that this record is of.
    var listPlace: Int {
        bytes[valueRange].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static let header = Command.headerSize(argumentCount: 2)

    public var keyRange: Range<Int> {
        Self.header..<Self.header + Self.length(in: bytes, at: 4)
    }
    public var valueRange: Range<Int> {
        Self.header + Self.length(in: bytes, at: 4)..<bytes.count
            - (expires ? Self.deadlineByteCount : 0)
    }
    public var key: ArraySlice<UInt8> { bytes[keyRange] }
    public var value: ArraySlice<UInt8> { bytes[valueRange] }

    private static func length(in bytes: [UInt8], at offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
            | Int(bytes[offset + 3]) << 24
    }
}

extension Command {
    /// Whether a string's record has just these bytes.
    var isRecord: Bool {
        kind == .set && argumentCount == 2
            && (flags.isEmpty
                || (flags == .expires
                    && Self.length(of: 1, in: bytes) >= StoredRecord.deadlineByteCount))
    }

    /// Puts a number behind the last argument, as a part of it.
    fileprivate mutating func lengthenLast(by number: Int64) {
        let end = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: StoredRecord.deadlineByteCount))
        Self.store(number, in: &bytes, at: end)
        let last = argumentCount - 1
        setLength(Self.length(of: last, in: bytes) + StoredRecord.deadlineByteCount, of: last)
    }
}

extension StoredRecord {
    func hasKey(_ key: UnsafeRawBufferPointer) -> Bool {
        let range = keyRange
        guard range.count == key.count else { return false }
        return unsafe bytes.withUnsafeBytes { stored in
            var offset = 0
            while offset + 8 <= key.count {
                let left = unsafe key.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let right = unsafe stored.loadUnaligned(
                    fromByteOffset: range.lowerBound + offset,
                    as: UInt64.self
                )
                if left != right { return false }
                offset += 8
            }
            while offset < key.count {
                if unsafe key[offset] != stored[range.lowerBound + offset] { return false }
                offset += 1
            }
            return true
        }
    }
}
