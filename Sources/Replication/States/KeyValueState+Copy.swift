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
            var pieces = list.slice(0..<list.count).pieces[...]
            while !pieces.isEmpty {
                Self.append(Self.push(&pieces, to: record.key).bytes, to: &bytes)
            }
        }
        return bytes
    }

    private static func append(_ command: [UInt8], to bytes: inout [UInt8]) {
        let length = UInt32(command.count)
        for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
        bytes.append(contentsOf: command)
    }

    /// Takes as many pieces as one command may carry, and returns that.
    private static func push(
        _ pieces: inout ArraySlice<ListSlice.Piece>,
        to key: ArraySlice<UInt8>
    ) -> Command {
        let limit = max(pieceByteLimit, key.count)
        var taken = ListSlice(pieces: [])
        var byteCount = 0
        while let piece = pieces.first, byteCount < limit,
            taken.count + piece.range.count < pieceCountLimit
        {
            taken.pieces.append(piece)
            byteCount += piece.chunk.byteCount(of: piece.range)
            pieces.removeFirst()
        }
        var command = Command(
            kind: .pushRight,
            argumentCount: 1 + taken.count,
            byteCount: key.count + byteCount
        )
        command.append(argument: 0, key)
        var number = 0
        taken.forEach { element in
            number += 1
            unsafe element.withUnsafeBytes { unsafe command.append(argument: number, $0) }
        }
        return command
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
