/// Turns the events of a history's files into operations.
struct HistoryEventReader: Sendable {
    private(set) var history: History
    /// The latest event's time in the file that is being read.
    private(set) var lastTime: Int64?
    private var values = HistoryValues()
    /// By the file's numbers.
    private var keys: [KeyID] = []
    private var processes = OpenOperations()
    private var processCount: UInt32 = 0
    private var files = 0

    init(clock: History.Clock) {
        history = History(clock: clock)
    }

    mutating func beginFile() {
        keys = []
        values.texts = []
        processes = OpenOperations()
        lastTime = nil
        files += 1
        // In several files equal numbers are different processes.
        if files == 2 { history.forgetProcessNames() }
    }

    /// - Returns: How the file ends, once its end was read.
    mutating func readChunk(
        _ chunk: consuming HistoryBytes
    ) throws(HistoryFile.Failure) -> HistoryFile.Ending? {
        var bytes = chunk
        var time: Int64 = 0
        while !bytes.isAtEnd {
            let start = bytes.position
            let tag = try bytes.byte()
            guard let event = HistoryEvent(rawValue: tag) else {
                throw HistoryFile.Failure(.unknownEvent(tag), at: start)
            }
            switch event {
            case .end: return try bytes.byte() == 0 ? .whole : .cut
            case .keyName: keys.append(KeyID(rawValue: history.keys.number(of: try bytes.text())))
            case .valueText: values.define(try bytes.text(), in: &history)
            case .read, .write, .compareAndSet, .delete, .add, .readCounter, .insert, .append,
                .readAll, .acquire, .release, .transfer, .transaction:
                try readTime(&time, from: &bytes)
                try readInvocation(event, at: time, from: &bytes)
            case .done, .failed, .unknown, .value, .swapped, .notSwapped, .number, .list, .results:
                try readTime(&time, from: &bytes)
                try readCompletion(event, at: time, from: &bytes)
            }
        }
        return nil
    }

    private mutating func readTime(
        _ time: inout Int64,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) {
        let start = bytes.position
        let (next, overflow) = time.addingReportingOverflow(try bytes.signed())
        guard !overflow, next < RecordedOperation.never else {
            throw HistoryFile.Failure(.timeOutOfRange, at: start)
        }
        time = next
        lastTime = max(lastTime ?? next, next)
    }

    private mutating func readInvocation(
        _ event: HistoryEvent,
        at time: Int64,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) {
        let start = bytes.position
        let process = try bytes.small()
        let isWhole = event == .transaction || event == .transfer
        let key = isWhole ? try ownKey(from: &bytes) : try key(from: &bytes)
        let action = try action(event, from: &bytes)
        let known = processes[process]
        guard known?.operation == nil else {
            throw HistoryFile.Failure(.invocationWhileBusy(process: process), at: start)
        }
        guard history.operations.count < Int(Int32.max) else {
            throw HistoryFile.Failure(.tooLarge, at: start)
        }
        let number = known?.number ?? processCount
        if known == nil {
            processCount += 1
            if files == 1 { history.name(process: number, String(process)) }
        }
        processes[process] = .init(number: number, operation: history.operations.count)
        history.operations.append(
            RecordedOperation(
                process: number,
                key: key,
                action: action,
                outcome: .unknown,
                invoked: time,
                completed: RecordedOperation.never
            )
        )
    }

    private mutating func action(
        _ event: HistoryEvent,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) -> Action {
        switch event {
        case .read: .read(nil)
        case .write: .write(try value(from: &bytes))
        case .compareAndSet:
            .compareAndSet(
                from: try value(from: &bytes),
                to: try value(from: &bytes),
                swapped: nil
            )
        case .delete: .delete
        case .add: .add(try bytes.signed(), total: nil)
        case .readCounter: .readCounter(nil)
        case .insert: .insert(try value(from: &bytes))
        case .append: .append(try value(from: &bytes))
        case .acquire: .acquire
        case .release: .release
        case .transfer:
            .transfer(
                from: try key(from: &bytes),
                to: try key(from: &bytes),
                amount: try bytes.signed()
            )
        case .transaction: .transaction(try steps(from: &bytes))
        default: .readAll(nil)
        }
    }

    private mutating func steps(
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) -> Extent {
        let count = try bytes.count()
        let start = try place(history.steps.count + count, at: bytes.position) - count
        for _ in 0..<count {
            let position = bytes.position
            guard let step = HistoryStep(rawValue: try bytes.byte()) else {
                throw HistoryFile.Failure(.malformedEvent, at: position)
            }
            let key = try key(from: &bytes)
            let kind: TransactionStep.Kind =
                switch step {
                case .read: .read(nil)
                case .write: .write(try value(from: &bytes))
                case .append: .append(try value(from: &bytes))
                case .readAll: .readAll(nil)
                case .readNumber: .readNumber(nil)
                }
            history.steps.append(TransactionStep(key: key, kind: kind))
        }
        return Extent(start: UInt32(start), count: UInt32(count))
    }

    private mutating func readCompletion(
        _ event: HistoryEvent,
        at time: Int64,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) {
        let start = bytes.position
        let process = try bytes.small()
        guard let known = processes[process], let place = known.operation else {
            throw HistoryFile.Failure(.completionWithoutInvocation(process: process), at: start)
        }
        processes[process] = .init(number: known.number, operation: nil)
        guard time >= history.operations[place].invoked else {
            throw HistoryFile.Failure(.timeOutOfRange, at: start)
        }
        let mismatch = HistoryFile.Failure(.answerToSomethingElse(process: process), at: start)
        switch event {
        case .unknown: return
        case .failed: history.operations[place].outcome = .failed
        case .results:
            guard case .transaction(let steps) = history.operations[place].action else {
                throw mismatch
            }
            try readResults(of: steps, or: mismatch, from: &bytes)
            history.operations[place].outcome = .ok
        default:
            let asked = history.operations[place].action
            guard let answered = try answered(asked, event, from: &bytes) else { throw mismatch }
            history.operations[place].action = answered
            history.operations[place].outcome = .ok
        }
        history.operations[place].completed = time
    }

    /// The action with what its answer showed; nil where they do not belong together.
    private mutating func answered(
        _ action: Action,
        _ event: HistoryEvent,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) -> Action? {
        switch (action, event) {
        case (_, .done): action
        case (.read, .value): .read(try value(from: &bytes))
        case (.compareAndSet(let from, let to, _), .swapped):
            .compareAndSet(from: from, to: to, swapped: true)
        case (.compareAndSet(let from, let to, _), .notSwapped):
            .compareAndSet(from: from, to: to, swapped: false)
        case (.add(let amount, _), .number): .add(amount, total: try bytes.signed())
        case (.readCounter, .number): .readCounter(try bytes.signed())
        case (.readAll, .list): .readAll(try list(from: &bytes))
        default: nil
        }
    }

    private mutating func readResults(
        of steps: Extent,
        or mismatch: HistoryFile.Failure,
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) {
        for place in steps.range {
            let kind = history.steps[place].kind
            switch kind {
            case .write, .append: continue
            case .read, .readAll, .readNumber: break
            }
            guard let event = HistoryEvent(rawValue: try bytes.byte()) else { throw mismatch }
            switch (kind, event) {
            case (_, .done): break
            case (.read, .value): history.steps[place].kind = .read(try value(from: &bytes))
            case (.readAll, .list): history.steps[place].kind = .readAll(try list(from: &bytes))
            case (.readNumber, .number):
                history.steps[place].kind = .readNumber(try bytes.signed())
            default: throw mismatch
            }
        }
    }

    private mutating func list(
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) -> Extent {
        let count = try bytes.count()
        let start = try place(history.elements.count + count, at: bytes.position) - count
        for _ in 0..<count { history.elements.append(try value(from: &bytes)) }
        return Extent(start: UInt32(start), count: UInt32(count))
    }

    /// A place in a pool, which extents name with 32 bits.
    private func place(_ place: Int, at position: Int) throws(HistoryFile.Failure) -> Int {
        guard place <= Int(UInt32.max) else { throw HistoryFile.Failure(.tooLarge, at: position) }
        return place
    }

    private func key(from bytes: inout HistoryBytes) throws(HistoryFile.Failure) -> KeyID {
        let start = bytes.position
        let number = try bytes.number()
        guard number < UInt64(keys.count) else {
            throw HistoryFile.Failure(.undefinedKey(number), at: start)
        }
        return keys[Int(number)]
    }

    /// The key beside an action that names its own keys, which may be none.
    private func ownKey(from bytes: inout HistoryBytes) throws(HistoryFile.Failure) -> KeyID {
        let number = try bytes.number()
        return number < UInt64(keys.count) ? keys[Int(number)] : KeyID(rawValue: 0)
    }

    private mutating func value(
        from bytes: inout HistoryBytes
    ) throws(HistoryFile.Failure) -> ValueID {
        let start = bytes.position
        let code = try bytes.number()
        guard let value = values.value(code, in: &history) else {
            throw HistoryFile.Failure(.undefinedText(code >> 1), at: start)
        }
        return value
    }
}

// What remains to be done once all files are read.
extension HistoryEventReader {
    /// Leaves out what was invoked from `time` on, and what was answered from then on is unknown.
    mutating func leaveOut(from time: Int64) {
        // A writer gives an invocation the time of the event loop's turn and one nanosecond.
        let limit = time == .min ? time : time - 1
        history.operations.removeAll { $0.invoked >= limit }
        for place in history.operations.indices where history.operations[place].completed >= limit {
            history.operations[place].outcome = .unknown
            history.operations[place].completed = RecordedOperation.never
        }
    }

    consuming func sorted() -> History {
        let isSorted = zip(history.operations, history.operations.dropFirst())
            .allSatisfy { $0.invoked <= $1.invoked }
        switch history.clock {
        case .nanoseconds, .events:
            if !isSorted { history.operations.sort { $0.invoked < $1.invoked } }
        case .sessions:
            history.operations.sort { ($0.process, $0.invoked) < ($1.process, $1.invoked) }
        }
        return history
    }
}

/// The numbers of values across files.
private struct HistoryValues: Sendable {
    /// By the current file's numbers.
    var texts: [ValueID] = []
    private var numbers: [UInt64: ValueID] = [:]

    mutating func define(_ text: String, in history: inout History) {
        // A text that reads like the absent value's is a value like others.
        let name = text == "nil" ? "\"nil\"" : text
        texts.append(ValueID(rawValue: history.values.number(of: name)))
    }

    /// nil for a text that was not defined.
    mutating func value(_ code: UInt64, in history: inout History) -> ValueID? {
        if code == 0 { return .absent }
        guard code & 1 == 1 else {
            let index = code >> 1 - 1
            return index < UInt64(texts.count) ? texts[Int(index)] : nil
        }
        let number = code >> 1
        if let known = numbers[number] { return known }
        let value = ValueID(rawValue: history.values.number(of: String(number)))
        numbers[number] = value
        return value
    }
}

/// What each process is waiting for, by the file's numbers, which are mostly small.
private struct OpenOperations: Sendable {
    struct Entry: Sendable {
        /// Among all processes of the history.
        var number: UInt32
        var operation: Int?
    }

    private var small: [Entry?] = []
    private var large: [UInt32: Entry] = [:]
    private static let smallCount: UInt32 = 1 << 16

    subscript(process: UInt32) -> Entry? {
        get {
            guard process < Self.smallCount else { return large[process] }
            return process < small.count ? small[Int(process)] : nil
        }
        set {
            guard process < Self.smallCount else {
                large[process] = newValue
                return
            }
            while small.count <= Int(process) { small.append(nil) }
            small[Int(process)] = newValue
        }
    }
}
