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
        try begin(bytes)
        var position = HistoryFile.headerBytes
        while true {
            switch try step(bytes, at: position, from: 0) {
            case .passed(let end): position = end
            case .ended(.torn), .needs:
                if case .sound(let sound) = Self.soundChunk(in: bytes, from: position + 1) {
                    throw HistoryFile.Failure(.damagedChunk(sound: sound), at: position)
                }
                return end(.torn(position: position))
            case .ended(let ending): return end(ending)
            }
        }
    }

    /// What reading on from a place came to.
    enum Step {
        /// A chunk ended here.
        case passed(end: Int)
        /// So many bytes from the place on have to be there to tell.
        case needs(count: Int)
        /// There is nothing more to read.
        case ended(HistoryFile.Ending)
    }

    /// Begins one more file, of which the header is there at least.
    mutating func begin(_ bytes: Span<UInt8>) throws(HistoryFile.Failure) {
        let clock = try Self.clock(in: bytes)
        let events = self.events ?? HistoryEventReader(clock: clock)
        guard events.history.clock == clock else {
            throw HistoryFile.Failure(.differentClocks, at: 12)
        }
        self.events = events
        self.events?.beginFile()
    }

    /// Reads the chunk at a place of what is there.
    ///
    /// - Parameter start: Where the bytes begin in the file.
    mutating func step(
        _ bytes: Span<UInt8>,
        at position: Int,
        from start: Int
    ) throws(HistoryFile.Failure) -> Step {
        switch Self.chunk(in: bytes, at: position) {
        case .needs(let count): return .needs(count: count)
        case .torn: return .ended(.torn(position: start + position))
        case .whole(let payload):
            guard var events else { return .ended(.torn(position: start + position)) }
            self.events = nil
            let ending: HistoryFile.Ending?
            do throws(HistoryFile.Failure) {
                ending = try events.readChunk(HistoryBytes(bytes, in: payload))
            } catch {
                throw HistoryFile.Failure(error.reason, at: start + error.position)
            }
            self.events = events
            return ending.map { .ended($0) } ?? .passed(end: payload.upperBound)
        }
    }

    /// Notes how a file ended.
    @discardableResult
    mutating func end(_ ending: HistoryFile.Ending) -> HistoryFile.Ending {
        if ending != .whole { completeUntil = min(completeUntil ?? .max, events?.lastTime ?? .min) }
        endings.append(ending)
        return ending
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
