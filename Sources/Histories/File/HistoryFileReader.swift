/// Reads the files of one history and merges them.
///
/// The files of several workers share keys, values and a clock, but no process: equal numbers of
/// processes in different files are different processes.
public struct HistoryFileReader: Sendable {
    /// A history and how far it goes.
    public struct Recording: Sendable {
        public var history: History
        /// By file.
        public var endings: [HistoryFile.Ending]
        /// When a file ended before its time, the time from which its events are missing; everything
        /// after it has been left out, so that what remains is a whole history.
        public var completeUntil: Int64?

        public init(
            history: History,
            endings: [HistoryFile.Ending],
            completeUntil: Int64? = nil
        ) {
            self.history = history
            self.endings = endings
            self.completeUntil = completeUntil
        }
    }

    private var events: HistoryEventReader?
    private var endings: [HistoryFile.Ending] = []
    private var completeUntil: Int64?

    public init() {}

    /// The history in one file.
    public static func read(
        _ bytes: [UInt8]
    ) throws(HistoryFile.Failure) -> Recording {
        var reader = Self()
        try reader.add(bytes)
        return reader.finish()
    }

    /// Takes in one more file.
    @discardableResult
    public mutating func add(
        _ file: [UInt8]
    ) throws(HistoryFile.Failure) -> HistoryFile.Ending {
        let bytes = file.span
        let clock = try Self.clock(in: bytes)
        var events = self.events ?? HistoryEventReader(clock: clock)
        self.events = nil
        guard events.history.clock == clock else {
            throw HistoryFile.Failure(.differentClocks, at: 12)
        }
        events.beginFile()
        var ending: HistoryFile.Ending?
        var position = HistoryFile.headerBytes
        while ending == nil, let payload = Self.chunk(in: bytes, at: position) {
            ending = try events.readChunk(HistoryBytes(bytes, in: payload))
            position = payload.upperBound
        }
        let found = ending ?? .torn(position: position)
        if found != .whole {
            completeUntil = min(completeUntil ?? .max, events.lastTime ?? .min)
        }
        endings.append(found)
        self.events = events
        return found
    }

    /// The names of all keys so far.
    public var keyNames: [String] { events?.history.keys.texts ?? [] }

    /// All operations by the time of their invocation.
    public consuming func finish() -> Recording {
        guard var events else {
            return Recording(history: History(clock: .nanoseconds), endings: [])
        }
        if let completeUntil { events.leaveOut(from: completeUntil) }
        return Recording(
            history: events.sorted(),
            endings: endings,
            completeUntil: completeUntil
        )
    }

    private static func clock(
        in bytes: Span<UInt8>
    ) throws(HistoryFile.Failure) -> History.Clock {
        guard bytes.count >= 8, bytes.littleEndian(at: 0, byteCount: 8) == HistoryFile.magic else {
            throw HistoryFile.Failure(.notAHistory, at: 0)
        }
        guard bytes.count >= HistoryFile.headerBytes else {
            throw HistoryFile.Failure(.damagedHeader, at: bytes.count)
        }
        let version = UInt32(bytes.littleEndian(at: 8, byteCount: 4))
        guard version == HistoryFile.version else {
            throw HistoryFile.Failure(.unsupportedVersion(version), at: 8)
        }
        let checksum = CyclicChecksum.of(bytes.extracting(0..<16))
        guard UInt32(bytes.littleEndian(at: 16, byteCount: 4)) == checksum,
            let clock = History.Clock(code: UInt32(bytes.littleEndian(at: 12, byteCount: 4)))
        else { throw HistoryFile.Failure(.damagedHeader, at: 12) }
        return clock
    }

    /// Where the payload of the chunk at `position` lies; nil unless all of it is there and sound.
    private static func chunk(in bytes: Span<UInt8>, at position: Int) -> Range<Int>? {
        let start = position + HistoryFile.chunkHeaderBytes
        guard start <= bytes.count,
            UInt32(bytes.littleEndian(at: position, byteCount: 4)) == HistoryFile.chunkMarker
        else { return nil }
        let count = Int(bytes.littleEndian(at: position + 8, byteCount: 4))
        guard count <= HistoryFile.largestChunk, count <= bytes.count - start else { return nil }
        let checksum = CyclicChecksum.of(bytes.extracting(position + 8..<start + count))
        guard UInt32(bytes.littleEndian(at: position + 4, byteCount: 4)) == checksum else {
            return nil
        }
        return start..<start + count
    }
}

extension Span<UInt8> {
    fileprivate func littleEndian(at position: Int, byteCount: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(self[position + index]) << UInt64(8 * index) }
        return value
    }
}

extension HistoryFileReader.Recording {
    /// Makes all times count from another moment; what was before it has negative times.
    public mutating func count(from start: Int64) {
        completeUntil? -= start
        for place in history.operations.indices {
            history.operations[place].invoked -= start
            if history.operations[place].completed != RecordedOperation.never {
                history.operations[place].completed -= start
            }
        }
    }
}
