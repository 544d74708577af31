/// The form in which a full copy travels: commands that would make the state, each with its length (4
/// bytes, little-endian) in front: a record for a string, and as many `pushRight` for a list as its
/// length asks for, with an `expire` behind them where it has a deadline. The log time goes in front of
/// all, where there is any.
extension KeyValueState {
    public func encoded() -> [UInt8] {
        var encoding = StateEncoding(self)
        return encoding.next(limit: .max)
    }

    /// Nil where the bytes are not whole commands of a copy.
    public init?(encoded bytes: [UInt8]) {
        var decoding = StateDecoding()
        guard decoding.take(bytes), let state = decoding.state else { return nil }
        self = state
    }

    /// About as many bytes as a copy has: exactly so many where there are no lists.
    var copyByteCount: Int {
        let time = logTime == 0 ? 0 : StateEncoding.lengthBytes + StateEncoding.time(logTime).count
        return byteCount + StateEncoding.lengthBytes * count + time
    }
}

/// A state on its way out, piece by piece, as it stood when this was made.
public struct StateEncoding: Sendable {
    /// How many bytes of elements one command of a copy carries, unless its key is longer.
    private static let pieceByteLimit = 64 * 1024
    private static let pieceCountLimit = 4_096
    static let lengthBytes = 4

    private let state: KeyValueState
    /// Where the table is read next.
    private var place = 0
    /// The list that is being taken apart, and what is left of it.
    private var list:
        (key: ArraySlice<UInt8>, deadline: Int64?, pieces: ArraySlice<ListSlice.Piece>)?
    /// The command that comes next, and how much of it has gone; nil at the end.
    private var command: [UInt8]?
    private var offset = 0

    public init(_ state: KeyValueState) {
        self.state = state
        command = state.logTime == 0 ? nextCommand() : Self.time(state.logTime)
    }

    /// A command that does nothing but tell the log time.
    fileprivate static func time(_ time: Int64) -> [UInt8] {
        var command = Command(
            kind: .noOperation,
            flags: .timed,
            argumentCount: 1,
            byteCount: Command.timesByteCount
        )
        command.append(times: 0, deadline: 0)
        command.stamp(time)
        return command.bytes
    }

    /// Whether nothing is left.
    public var isFinished: Bool { command == nil }

    /// About as many bytes as there are in all.
    var byteCount: Int { state.copyByteCount }

    /// The bytes that come next, at most `limit`, which must leave room for a length; a command may
    /// continue in the next piece.
    public mutating func next(limit: Int) -> [UInt8] {
        let limit = max(limit, Self.lengthBytes + 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, byteCount))
        while let command {
            if offset == 0 {
                guard limit - bytes.count > Self.lengthBytes else { break }
                let length = UInt32(command.count)
                for shift in 0..<4 {
                    bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift)))
                }
            }
            let end = min(command.count, offset + limit - bytes.count)
            bytes.append(contentsOf: command[offset..<end])
            offset = end
            guard offset == command.count else { break }
            self.command = nextCommand()
            offset = 0
        }
        return bytes
    }

    private mutating func nextCommand() -> [UInt8]? {
        while true {
            if var taken = list {
                list = nil
                if !taken.pieces.isEmpty {
                    let command = Self.push(&taken.pieces, to: taken.key)
                    list = taken
                    return command.bytes
                }
                if let deadline = taken.deadline { return Self.expire(taken.key, deadline) }
            }
            guard let record = state.nextRecord(from: &place) else { return nil }
            guard record.isList, let value = state.list(record.key) else { return record.bytes }
            list = (record.key, record.deadline, value.slice(0..<value.count).pieces[...])
        }
    }

    private static func expire(_ key: ArraySlice<UInt8>, _ deadline: Int64) -> [UInt8] {
        var command = Command(
            kind: .expire,
            flags: .timed,
            argumentCount: 2,
            byteCount: key.count + Command.timesByteCount
        )
        command.append(argument: 0, key)
        command.append(times: 1, deadline: deadline)
        return command.bytes
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
}

/// A state on its way in: grows with every piece, wherever a command is cut.
public struct StateDecoding: Sendable {
    private var grown = KeyValueState()
    /// The beginning of a command whose end has not come.
    private var rest: [UInt8] = []

    public init() {}

    /// What the pieces made; nil where the last command lacks its end.
    public var state: KeyValueState? { rest.isEmpty ? grown : nil }

    /// False where the bytes are not commands of a copy.
    public mutating func take(_ bytes: [UInt8]) -> Bool {
        guard !rest.isEmpty else {
            guard let end = Self.read(bytes, into: &grown) else { return false }
            if end < bytes.count { rest = Array(bytes[end...]) }
            return true
        }
        rest.append(contentsOf: bytes)
        guard let end = Self.read(rest, into: &grown) else { return false }
        rest.removeFirst(end)
        return true
    }

    /// Carries whole commands out; returns where the first begins that is not whole.
    private static func read(_ bytes: [UInt8], into state: inout KeyValueState) -> Int? {
        var offset = 0
        while bytes.count - offset >= StateEncoding.lengthBytes {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            let begin = offset + StateEncoding.lengthBytes
            guard bytes.count - begin >= length else { break }
            guard let command = Command(bytes: Array(bytes[begin..<begin + length])),
                carry(out: command, in: &state)
            else { return nil }
            offset = begin + length
        }
        return offset
    }

    private static func carry(out command: Command, in state: inout KeyValueState) -> Bool {
        switch command.kind {
        case .set where command.isRecord:
            state.insert(StoredRecord(bytes: command.bytes))
            return true
        case .pushRight where command.argumentCount >= 2:
            return state.push(command) != .failure(.wrongType)
        case .expire where command.flags == .timed && command.argumentCount == 2:
            return state.apply(command) == .integer(1)
        case .noOperation where command.flags == .timed:
            return state.apply(command) == .ok
        default:
            return false
        }
    }
}
