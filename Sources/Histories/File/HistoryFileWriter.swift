/// Lays a history's events out as the bytes of a file, chunk by chunk.
///
/// Whoever holds it writes `header` first, then each chunk that `seal` hands over. In a steady state
/// nothing is allocated: two buffers change places.
public struct HistoryFileWriter: Sendable {
    /// A chunk is due for sealing at this size; also the most that a crash takes along, beside what
    /// the clock would have flushed.
    public static let chunkBytes = 64 << 10

    /// Events since the last sealing.
    public private(set) var eventCount = 0
    private var bytes: [UInt8] = []
    private var lastTime: Int64 = 0
    private var keyCount: UInt32 = 0
    private var textCount = 0

    public init() {
        bytes.reserveCapacity(Self.chunkBytes + 4096)
        beginChunk()
    }

    /// The first bytes of a file.
    public static func header(clock: History.Clock = .nanoseconds) -> [UInt8] {
        var writer = LittleEndianWriter()
        writer.write(HistoryFile.magic)
        writer.write(HistoryFile.version)
        writer.write(clock.code)
        writer.write(CyclicChecksum.of(writer.bytes.span))
        return writer.bytes
    }

    /// Bytes that are waiting to be sealed.
    public var byteCount: Int { bytes.count }

    public var isChunkFull: Bool { bytes.count >= Self.chunkBytes }

    /// The number of a new key; each key is named once, before its first operation.
    public mutating func key(_ name: [UInt8]) -> UInt32 {
        begin(.keyName)
        append(text: name)
        keyCount += 1
        return keyCount - 1
    }

    /// A value that is no number; each text is defined once.
    public mutating func value(_ text: [UInt8]) -> HistoryFile.Value {
        begin(.valueText)
        append(text: text)
        textCount += 1
        return .text(textCount - 1)
    }

    /// Notes that a process asks for something; `key` means nothing to transfers and transactions.
    public mutating func invoke(
        process: UInt32,
        key: UInt32,
        _ invocation: HistoryFile.Invocation,
        at time: Int64
    ) {
        begin(invocation.tag)
        append(time: time, process: process)
        append(UInt64(key))
        switch invocation {
        case .read, .delete, .readCounter, .readAll, .acquire, .release: break
        case .write(let value), .insert(let value), .append(let value): append(value.code)
        case .compareAndSet(let from, let to):
            append(from.code)
            append(to.code)
        case .add(let amount): append(signed: amount)
        case .transfer(let from, let to, let amount):
            append(UInt64(from))
            append(UInt64(to))
            append(signed: amount)
        case .transaction(let steps): append(UInt64(steps))
        }
    }

    /// The next step of the transaction that was invoked last.
    public mutating func step(key: UInt32, _ step: HistoryFile.Step) {
        let kind: HistoryStep
        var value: HistoryFile.Value?
        switch step {
        case .read: kind = .read
        case .write(let written): (kind, value) = (.write, written)
        case .append(let appended): (kind, value) = (.append, appended)
        case .readAll: kind = .readAll
        case .readNumber: kind = .readNumber
        }
        bytes.append(kind.rawValue)
        append(UInt64(key))
        if let value { append(value.code) }
    }

    /// Notes what the open operation of a process came to.
    public mutating func complete(
        process: UInt32,
        _ answer: HistoryFile.Answer,
        at time: Int64
    ) {
        begin(answer.tag)
        append(time: time, process: process)
        append(answer)
    }

    /// The next element of the list that was begun last.
    public mutating func element(_ value: HistoryFile.Value) {
        append(value.code)
    }

    /// The answer to the next reading step of the transaction whose completion was noted last.
    public mutating func result(_ answer: HistoryFile.Answer) {
        bytes.append(answer.tag.rawValue)
        append(answer)
    }

    /// The last event of a file: what comes after it was not recorded, if `isCut`.
    public mutating func end(isCut: Bool) {
        begin(.end)
        bytes.append(isCut ? 1 : 0)
    }

    /// Hands the chunk over, checksum and all, and begins the next in the other buffer.
    ///
    /// - Parameter other: Its contents are dropped, its room is kept.
    public mutating func seal(into other: inout [UInt8]) {
        let payload = bytes.count - HistoryFile.chunkHeaderBytes
        put(UInt32(truncatingIfNeeded: payload), at: 8)
        put(UInt32(truncatingIfNeeded: eventCount), at: 12)
        put(CyclicChecksum.of(bytes.span.extracting(droppingFirst: 8)), at: 4)
        swap(&bytes, &other)
        beginChunk()
    }

    private mutating func beginChunk() {
        bytes.removeAll(keepingCapacity: true)
        for _ in 0..<HistoryFile.chunkHeaderBytes { bytes.append(0) }
        put(HistoryFile.chunkMarker, at: 0)
        eventCount = 0
        lastTime = 0
    }

    private mutating func put(_ number: UInt32, at offset: Int) {
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index))
        }
    }

    private mutating func begin(_ tag: HistoryEvent) {
        bytes.append(tag.rawValue)
        eventCount += 1
    }

    private mutating func append(time: Int64, process: UInt32) {
        append(signed: time &- lastTime)
        lastTime = time
        append(UInt64(process))
    }

    private mutating func append(_ answer: HistoryFile.Answer) {
        switch answer {
        case .done, .failed, .unknown, .swapped, .transaction: break
        case .value(let value): append(value.code)
        case .number(let number): append(signed: number)
        case .list(let count): append(UInt64(count))
        }
    }

    private mutating func append(text: [UInt8]) {
        let part = text.prefix(HistoryFile.longestText)
        append(UInt64(part.count))
        bytes += part
    }

    /// Seven bits a byte, the lowest first.
    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign are short.
    private mutating func append(signed number: Int64) {
        append(UInt64(bitPattern: number << 1 ^ number >> 63))
    }
}

extension HistoryFile.Invocation {
    fileprivate var tag: HistoryEvent {
        switch self {
        case .read: .read
        case .write: .write
        case .compareAndSet: .compareAndSet
        case .delete: .delete
        case .add: .add
        case .readCounter: .readCounter
        case .insert: .insert
        case .append: .append
        case .readAll: .readAll
        case .acquire: .acquire
        case .release: .release
        case .transfer: .transfer
        case .transaction: .transaction
        }
    }
}

extension HistoryFile.Answer {
    fileprivate var tag: HistoryEvent {
        switch self {
        case .done: .done
        case .failed: .failed
        case .unknown: .unknown
        case .value: .value
        case .swapped(let swapped): swapped ? .swapped : .notSwapped
        case .number: .number
        case .list: .list
        case .transaction: .results
        }
    }
}

extension History.Clock {
    var code: UInt32 {
        switch self {
        case .nanoseconds: 0
        case .events: 1
        case .sessions: 2
        }
    }

    init?(code: UInt32) {
        switch code {
        case 0: self = .nanoseconds
        case 1: self = .events
        case 2: self = .sessions
        default: return nil
        }
    }
}
