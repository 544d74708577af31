extension HistoryFile {
    /// A whole history as the bytes of one file, in the order in which things happened.
    ///
    /// The times behind a history's `events` are left out: the file has one clock.
    public static func encode(_ history: History) -> [UInt8] {
        var encoder = HistoryEncoder(history)
        return encoder.encode()
    }
}

/// Writes the events of a history that is all there.
private struct HistoryEncoder {
    private let history: History
    private var writer = HistoryFileWriter()
    private var file: [UInt8]
    private var sealed: [UInt8] = []
    /// By the history's numbers; a text is defined where it is first needed.
    private var values: [HistoryFile.Value?]
    /// By process: an unknown operation that nothing has ended yet.
    private var open: [UInt32: Bool] = [:]
    /// By process: its number in the file.
    private let processes: [UInt32: Int64]

    init(_ history: History) {
        self.history = history
        file = HistoryFileWriter.header(clock: history.clock)
        values = Array(repeating: nil, count: history.values.count)
        values[0] = .absent
        let numbers = history.processNames.isEmpty ? nil : history.processNumbers()
        let fits = numbers?.values.allSatisfy { (0...Self.largestProcess).contains($0) } ?? false
        processes = fits ? numbers ?? [:] : [:]
    }

    /// Larger names are not worth the room that a reader would need for their table.
    private static let largestProcess: Int64 = 1 << 20

    private func number(_ process: UInt32) -> UInt32 {
        processes[process].map { UInt32($0) } ?? process
    }

    mutating func encode() -> [UInt8] {
        for name in history.keys.texts {
            _ = writer.key(Array(name.utf8))
            sealIfFull()
        }
        if history.clock == .sessions {
            for place in history.operations.indices {
                invoke(place)
                if history.operations[place].outcome != .unknown { complete(place) }
            }
        } else {
            encodeByTime()
        }
        writer.end(isCut: false)
        seal()
        return file
    }

    private mutating func encodeByTime() {
        let operations = history.operations
        let completed = operations.indices.filter { operations[$0].outcome != .unknown }
            .sorted { (operations[$0].completed, $0) < (operations[$1].completed, $1) }
        var next = 0
        for place in operations.indices {
            while next < completed.count, completed[next] < place,
                operations[completed[next]].completed <= operations[place].invoked
            {
                complete(completed[next])
                next += 1
            }
            invoke(place)
        }
        while next < completed.count {
            complete(completed[next])
            next += 1
        }
    }

    private mutating func invoke(_ place: Int) {
        let operation = history.operations[place]
        if open[operation.process] == true {
            writer.complete(process: number(operation.process), .unknown, at: operation.invoked)
        }
        open[operation.process] = operation.outcome == .unknown
        let invocation = invocation(of: operation.action)
        writer.invoke(
            process: number(operation.process),
            key: operation.key.rawValue,
            invocation,
            at: operation.invoked
        )
        if case .transaction(let steps) = operation.action { invoke(steps) }
        sealIfFull()
    }

    private mutating func invocation(of action: Action) -> HistoryFile.Invocation {
        switch action {
        case .read: .read
        case .write(let value): .write(name(value))
        case .compareAndSet(let from, let to, _): .compareAndSet(from: name(from), to: name(to))
        case .delete: .delete
        case .add(let amount, _): .add(amount)
        case .readCounter: .readCounter
        case .insert(let value): .insert(name(value))
        case .append(let value): .append(name(value))
        case .readAll: .readAll
        case .acquire: .acquire
        case .release: .release
        case .transfer(let from, let to, let amount):
            .transfer(from: from.rawValue, to: to.rawValue, amount: amount)
        case .transaction(let steps):
            defined(steps)
        }
    }

    /// Defines the steps' texts before the event begins, which they would otherwise interrupt.
    private mutating func defined(_ steps: Extent) -> HistoryFile.Invocation {
        for step in history.steps(steps) {
            switch step.kind {
            case .write(let value), .append(let value): _ = name(value)
            case .read, .readAll, .readNumber: break
            }
        }
        return .transaction(steps: Int(steps.count))
    }

    private mutating func invoke(_ steps: Extent) {
        for step in history.steps(steps) {
            let asked: HistoryFile.Step =
                switch step.kind {
                case .read: .read
                case .write(let value): .write(name(value))
                case .append(let value): .append(name(value))
                case .readAll: .readAll
                case .readNumber: .readNumber
                }
            writer.step(key: step.key.rawValue, asked)
        }
    }

    private mutating func complete(_ place: Int) {
        let operation = history.operations[place]
        defineAnswers(of: operation.action)
        let answer = operation.outcome == .failed ? .failed : answer(of: operation.action)
        writer.complete(process: number(operation.process), answer, at: operation.completed)
        guard operation.outcome == .ok else { return sealIfFull() }
        switch operation.action {
        case .readAll(.some(let elements)): write(elements)
        case .transaction(let steps):
            for step in history.steps(steps) { write(step.kind) }
        default: break
        }
        sealIfFull()
    }

    private mutating func answer(of action: Action) -> HistoryFile.Answer {
        switch action {
        case .read(.some(let value)): .value(name(value))
        case .compareAndSet(_, _, .some(let swapped)): .swapped(swapped)
        case .add(_, .some(let total)): .number(total)
        case .readCounter(.some(let total)): .number(total)
        case .readAll(.some(let elements)): .list(count: Int(elements.count))
        case .transaction: .transaction
        default: .done
        }
    }

    private mutating func write(_ step: TransactionStep.Kind) {
        switch step {
        case .write, .append: break
        case .read(.some(let value)): writer.result(.value(name(value)))
        case .readNumber(.some(let number)): writer.result(.number(number))
        case .readAll(.some(let elements)):
            writer.result(.list(count: Int(elements.count)))
            write(elements)
        case .read(nil), .readAll(nil), .readNumber(nil): writer.result(.done)
        }
    }

    private mutating func write(_ elements: Extent) {
        for value in history.elements(elements) { writer.element(name(value)) }
    }

    private mutating func defineAnswers(of action: Action) {
        switch action {
        case .readAll(.some(let elements)):
            for value in history.elements(elements) { _ = name(value) }
        case .transaction(let steps):
            for step in history.steps(steps) {
                switch step.kind {
                case .read(.some(let value)): _ = name(value)
                case .readAll(.some(let elements)):
                    for value in history.elements(elements) { _ = name(value) }
                default: break
                }
            }
        default: break
        }
    }

    /// How the file names a value; call it before the event that needs it.
    private mutating func name(_ value: ValueID) -> HistoryFile.Value {
        let index = Int(value.rawValue)
        if let known = values[index] { return known }
        let text = history.values.texts[index]
        let name: HistoryFile.Value
        if let number = UInt64(text), number < 1 << 63, String(number) == text {
            name = .number(number)
        } else {
            name = writer.value(Array(text.utf8))
        }
        values[index] = name
        return name
    }

    private mutating func sealIfFull() {
        if writer.isChunkFull { seal() }
    }

    private mutating func seal() {
        writer.seal(into: &sealed)
        file += sealed
    }
}
