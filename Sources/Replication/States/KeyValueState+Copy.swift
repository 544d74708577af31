/// The form in which a full copy travels: commands that would make the state, each with its length (4
/// bytes, little-endian) in front: a `set` for a string, and as many `pushRight` for a list as its
/// length asks for.
extension KeyValueState {
    /// How many bytes of elements one command of a copy carries, unless its key is longer.
    private static let pieceByteLimit = 64 * 1024
    private static let pieceCountLimit = 4_096

    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 4 * count)
        for record in allRecords {
            guard record.isList, let list = list(record.key) else {
                Self.append(record.bytes, to: &bytes)
                continue
            }
            var start = 0
            while start < list.count {
                let piece = Self.piece(of: list, from: start, key: record.key)
                Self.append(piece.command.bytes, to: &bytes)
                start = piece.end
            }
        }
        return bytes
    }

    private static func append(_ command: [UInt8], to bytes: inout [UInt8]) {
        let length = UInt32(command.count)
        for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
        bytes.append(contentsOf: command)
    }

    /// The command that pushes the elements from an index on, and the index behind them.
    private static func piece(
        of list: ListValue,
        from start: Int,
        key: ArraySlice<UInt8>
    ) -> (command: Command, end: Int) {
        let limit = max(pieceByteLimit, key.count)
        var elements: [[UInt8]] = []
        var byteCount = 0
        var next = start
        while next < list.count, elements.count < pieceCountLimit, byteCount < limit {
            for element in list.slice(next..<min(next + 64, list.count)).elements
            where byteCount < limit && elements.count < pieceCountLimit {
                elements.append(element)
                byteCount += element.count
                next += 1
            }
        }
        return (Command(.pushRight, [Array(key)] + elements), next)
    }

    /// Nil where the bytes are not whole commands of a copy.
    public init?(encoded bytes: [UInt8]) {
        self.init()
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            offset += 4
            guard bytes.count - offset >= length,
                let command = Command(bytes: Array(bytes[offset..<offset + length])),
                take(command)
            else { return nil }
            offset += length
        }
    }

    private mutating func take(_ command: Command) -> Bool {
        switch command.kind {
        case .set where command.argumentCount == 2 && command.flags.isEmpty:
            insert(StoredRecord(bytes: command.bytes))
            return true
        case .pushRight where command.argumentCount >= 2:
            return push(command) != .failure(.wrongType)
        default:
            return false
        }
    }
}
