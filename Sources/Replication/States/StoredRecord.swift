/// A key and its value as the table keeps them: the bytes of a `set` command.
///
/// A list's record has a mark in place of the command's kind, and its place among the lists in place
/// of a value.
public struct StoredRecord: Sendable, Equatable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes bytes from the wire; nil where they are no record.
    public init?(received bytes: [UInt8]) {
        guard var first = bytes.first else { return nil }
        var command = bytes
        if first == Self.listMark { first = Command.Kind.set.rawValue }
        command[0] = first
        guard first == Command.Kind.set.rawValue, Command(bytes: command)?.argumentCount == 2 else {
            return nil
        }
        self.bytes = bytes
    }

    init(key: some Collection<UInt8>, value: some Collection<UInt8>) {
        var command = Command(
            kind: .set,
            argumentCount: 2,
            byteCount: key.count + value.count
        )
        command.append(argument: 0, key)
        command.append(argument: 1, value)
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
    }
    public var key: ArraySlice<UInt8> { bytes[keyRange] }
    public var value: ArraySlice<UInt8> { bytes[valueRange] }

    private static func length(in bytes: [UInt8], at offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
            | Int(bytes[offset + 3]) << 24
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
